// What single values may be. Positions are config_loader_test's matter: here only sentences.
#include "control/yaml/value_readers.h"

#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

struct BadValue {
  std::string_view text;
  std::string_view sentence;
};

std::string Sentence(std::string_view text) {
  const LoadedConfig loaded = LoadText(text);
  return loaded.diagnostics.size() == 1 ? loaded.diagnostics[0].message : Complaints(text);
}

// `keys` of a service that is good otherwise.
std::string ServiceSentence(std::string_view keys) {
  return Sentence("services: [{name: a, listen: [\"198.18.0.1:80\"], " + std::string(keys) + "}]");
}

TEST(ValueReaders, WholeNumbers) {
  const BadValue cases[] = {
      {"workers: 17", "workers: 17 is out of range, allowed: 1 to 16"},
      {"workers: -1", "workers: -1 is out of range, allowed: 1 to 16"},
      {"workers: 99999999999999999999",
       "workers: 99999999999999999999 is out of range, allowed: 1 to 16"},
      {"workers: 010", "workers: '010' looks octal: write 10"},
      {"workers: 0o10", "workers: '0o10' is not a whole number, allowed: 1 to 16"},
      {"workers: 0x10", "workers: '0x10' is not a whole number, allowed: 1 to 16"},
      {"workers: 1.5", "workers: '1.5' is not a whole number, allowed: 1 to 16"},
      {"workers: +1", "workers: '+1' is not a whole number, allowed: 1 to 16"},
      {"workers: many", "workers: 'many' is not a whole number, allowed: 1 to 16"},
      {"workers: \"\"", "workers: '' is not a whole number, allowed: 1 to 16"},
  };
  for (const BadValue& bad : cases) EXPECT_EQ(Sentence(bad.text), bad.sentence);
}

TEST(ValueReaders, EndsOfARangeAreAllowed) {
  EXPECT_EQ(Complaints("ports: {mtu: 68, queues: 16}"), "");
  EXPECT_EQ(Complaints("cookie: {epoch: 4s}"), "");
  EXPECT_EQ(Complaints("cookie: {epoch: 10min}"), "");
  EXPECT_EQ(Complaints("statistics: {interval: 0s}"), "");
  EXPECT_EQ(Complaints("timeouts: {closing: 8000ms}"), "");
}

TEST(ValueReaders, Durations) {
  const BadValue cases[] = {
      {"cookie: {epoch: 32}", "cookie.epoch: '32' has no unit: ms, s, min or h"},
      {"cookie: {epoch: 1m}", "cookie.epoch: '1m' has unknown unit 'm', allowed: ms, s, min or h"},
      {"cookie: {epoch: 1.5min}",
       "cookie.epoch: '1.5min' has unknown unit '.5min', allowed: ms, s, min or h"},
      {"cookie: {epoch: long}",
       "cookie.epoch: 'long' is not a duration: a whole number with unit ms, s, min or h"},
      {"cookie: {epoch: 032s}", "cookie.epoch: '032s' looks octal: write 32s"},
      {"cookie: {epoch: 3999ms}", "cookie.epoch: 3999ms is out of range, allowed: 4s to 10min"},
      {"cookie: {epoch: 1h}", "cookie.epoch: 1h is out of range, allowed: 4s to 10min"},
      {"cookie: {epoch: -32s}", "cookie.epoch: -32s is out of range, allowed: 4s to 10min"},
      {"cookie: {epoch: 9000000000000000000h}",
       "cookie.epoch: 9000000000000000000h is out of range, allowed: 4s to 10min"},
      {"cookie: {epoch: 99999999999999999999s}",
       "cookie.epoch: 99999999999999999999s is out of range, allowed: 4s to 10min"},
      {"cookie: {epoch: 32500ms}", "cookie.epoch: 32500ms is not a multiple of 1s"},
      {"timeouts: {closing: 49h}", "timeouts.closing: 49h is out of range, allowed: 8s to 48h"},
      {"statistics: {interval: 61min}",
       "statistics.interval: 61min is out of range, allowed: 0s to 1h"},
  };
  for (const BadValue& bad : cases) EXPECT_EQ(Sentence(bad.text), bad.sentence);
}

std::string RateSentence(std::string_view rate) {
  return ServiceSentence("syn_limit: {rate: " + std::string(rate) + "}");
}

TEST(ValueReaders, Rates) {
  for (const char* good :
       {"3/s", "100/sec", "3/second", "20/m", "20/min", "5/h", "1/d", "1/day", "100000000/s"}) {
    EXPECT_EQ(RateSentence(good), "") << good;
  }
  const std::string key = "services[0].syn_limit.rate: ";
  const BadValue cases[] = {
      {"3", "'3' does not say how often: write 3/s, /min, /h or /day"},
      {"3s", "'3s' does not say how often: write 3/s, /min, /h or /day"},
      {"3/", "'3/' has unknown unit '', allowed: /s, /min, /h or /day"},
      {"3/sx", "'3/sx' has unknown unit 'sx', allowed: /s, /min, /h or /day"},
      {"3/week", "'3/week' has unknown unit 'week', allowed: /s, /min, /h or /day"},
      {"fast", "'fast' is not a rate, such as 3/s, 100/min, 5/h or 1/day"},
      {"03/s", "'03/s' looks octal: write 3/s"},
      {"0/s", "0/s is out of range, allowed: 1 to 100000000 in each second, minute, hour or day"},
      {"-1/s", "-1/s is out of range, allowed: 1 to 100000000 in each second, minute, hour or day"},
      {"100000001/s",
       "100000001/s is out of range, allowed: 1 to 100000000 in each second, minute, hour or day"},
  };
  for (const BadValue& bad : cases) {
    EXPECT_EQ(RateSentence(bad.text), key + std::string(bad.sentence));
  }
  EXPECT_EQ(ServiceSentence("syn_limit: {burst: 5}"),
            "services[0].syn_limit: required key 'rate' is missing");
}

TEST(ValueReaders, Words) {
  const BadValue cases[] = {
      {"wrong_cookie: rest",
       "services[0].wrong_cookie: 'rest' is unknown, allowed: auto, reset, drop, did you mean "
       "'reset'?"},
      {"connlimit: {action: tarpit}",
       "services[0].connlimit.action: 'tarpit' is unknown, allowed: reset, drop"},
      {"direct: brigde",
       "services[0].direct: 'brigde' is unknown, allowed: drop, bridge, did you mean 'bridge'?"},
      {"promise: {sack: yes}",
       "services[0].promise.sack: 'yes' is unknown, allowed: auto, true, false"},
      {"promise: {window_scale: 15}",
       "services[0].promise.window_scale: 15 is out of range, allowed: 0 to 14, none or auto"},
      {"promise: {window_scale: off}",
       "services[0].promise.window_scale: 'off' is not a whole number, allowed: 0 to 14, none or "
       "auto"},
  };
  for (const BadValue& bad : cases) EXPECT_EQ(ServiceSentence(bad.text), bad.sentence);
}

TEST(ValueReaders, Names) {
  const std::string allowed = " is not a name, allowed: 1 to 63 letters, digits, '-', '_' and '.'";
  for (const std::string name : {"", "two words", "a/b", "ä"}) {
    EXPECT_EQ(Sentence("services: [{name: \"" + name + "\", listen: []}]"),
              "services[0].name: '" + name + "'" + allowed);
  }
  const std::string listen = ", listen: [\"198.18.0.1:80\"]}]";
  EXPECT_EQ(Complaints("services: [{name: " + std::string(63, 'a') + listen), "");
  EXPECT_NE(Complaints("services: [{name: " + std::string(64, 'a') + listen), "");
}

// Why: endpoint_sentences_test.cc.
TEST(ValueReaders, Endpoints) {
  EXPECT_EQ(Sentence("services: [{name: a, listen: [\"198.18.0.10\"]}]"),
            "services[0].listen[0]: '198.18.0.10' is not address:port: has no port");
}

TEST(ValueReaders, Prefixes) {
  const std::string path = "services[0].signed_bypass[0]: ";
  const auto sentence = [](const std::string& prefix) {
    return ServiceSentence("signed_bypass: [\"" + prefix + "\"]");
  };
  EXPECT_EQ(sentence("198.18.3.0/33"),
            path + "'198.18.3.0/33' is not address/length: length '33' is not one of 0 to 32");
  EXPECT_EQ(sentence("198.18.3.1/24"),
            path + "198.18.3.1/24 has bits behind its length, did you mean '198.18.3.0/24'?");
}

TEST(ValueReaders, NextHops) {
  const std::string path = "services[0].backends[0].mac: ";
  const auto sentence = [](const std::string& mac) {
    return ServiceSentence("backends: [{address: \"198.18.0.2:80\", mac: \"" + mac + "\"}]");
  };
  for (const std::string mac : {"", "02:00:00:00:00", "02-00-00-00-00-01", "02:00:00:00:00:0g"}) {
    EXPECT_EQ(sentence(mac),
              path + "'" + mac + "' is not a MAC address, such as 02:00:00:00:00:12");
  }
  for (const std::string mac : {"ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "00:00:00:00:00:00"}) {
    EXPECT_EQ(sentence(mac), path + mac + " is not the address of one station");
  }
}

}  // namespace
}  // namespace synsplice
