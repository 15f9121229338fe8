#include "control/config_change.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> Lines(const std::string& before, const std::string& after) {
  std::vector<std::string> lines;
  for (const ConfigChange& change : CompareConfigs(before, after)) {
    lines.push_back(TextOf(change) + (change.live ? "" : " !"));
  }
  return lines;
}

constexpr const char* kBefore = R"(
workers: 1
services:
  - name: web
    listen: ["198.18.0.10:80"]
    connlimit: {above: 50}
  - {name: api, listen: ["198.18.0.20:443"], backends: ["198.18.0.21:443"]}
)";

TEST(ConfigChange, TheSameHasNone) {
  EXPECT_THAT(Lines(kBefore, kBefore), IsEmpty());
  EXPECT_THAT(Lines(kBefore, R"(
# in another order, and in another style
services:
  - {backends: [198.18.0.21:443], name: api, listen: [198.18.0.20:443]}
  - {name: web, listen: [198.18.0.10:80], connlimit: {above: 50}}
workers: 1)"),
              IsEmpty());
}

TEST(ConfigChange, EachKeyIsToldByTheNameOfWhatItBelongsTo) {
  EXPECT_THAT(
      Lines(kBefore, R"(
workers: 2
services:
  - {name: new, listen: ["198.18.0.30:80"]}
  - {name: web, listen: ["198.18.0.10:80", "198.18.0.10:81"]}
  - {name: api, listen: ["198.18.0.20:443"], backends: [{address: "198.18.0.22:443"}]})"),
      ElementsAre("- services[api].backends[198.18.0.21:443]: 198.18.0.21:443",
                  "+ services[api].backends[198.18.0.22:443].address: 198.18.0.22:443",
                  "+ services[new].listen[198.18.0.30:80]: 198.18.0.30:80",
                  "+ services[new].name: new", "- services[web].connlimit.above: 50",
                  "+ services[web].listen[198.18.0.10:81]: 198.18.0.10:81", "~ workers: 1 -> 2 !"));
}

TEST(ConfigChange, WhatTakesARestart) {
  const auto differ_live = [](const std::string& before, const std::string& after) {
    return DifferLive(LoadText(before).config, LoadText(after).config);
  };
  const std::string service = "services: [{name: a, listen: ['198.18.0.10:80']}]\n";
  for (const char* live :
       {"timeouts: {closing: 100s}", "reflection: {syn_acks_per_second: 10}",
        "handshake: {syn_retries: 1, hold_segments: 2, wrong_cookie_resets_per_second: 1}",
        "cookie: {secret_file: /etc/secret}", "statistics: {interval: 5s}", "workers: 1"}) {
    EXPECT_TRUE(differ_live(service, service + live)) << live;
  }
  for (const char* restart :
       {"workers: 2", "ports: {mtu: 9000}", "ports: {queues: 2}", "idle: adaptive",
        "memory: {mbufs: 4096}", "cookie: {epoch: 64s}", "cookie: {shared_secret: true}",
        "flow_table: {entries: 1000}", "connlimit_table: {entries: 1000}",
        "handshake: {slots: 100}", "handshake: {hold_frames: 4}", "events: {file: /tmp/events}",
        "admin: {socket: /run/api.sock}"}) {
    EXPECT_FALSE(differ_live(service, service + restart)) << restart;
    EXPECT_FALSE(CompareConfigs(service, service + restart).front().live) << restart;
  }
}

}  // namespace
}  // namespace synsplice
