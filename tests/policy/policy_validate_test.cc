#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "synsplice/policy/policy.h"

namespace synsplice::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Config Good() {
  Config config;
  ServiceConfig service;
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80"), *ParseEndpoint("[2001:db8::10]:80")};
  service.backends = {{*ParseEndpoint("198.18.0.11:80"), std::nullopt},
                      {*ParseEndpoint("[2001:db8::11]:80"), std::nullopt}};
  config.services = {service};
  return config;
}

// As "key: sentence".
std::vector<std::string> FindingsOf(const std::function<void(Config&, ServiceConfig&)>& change) {
  Config config = Good();
  change(config, config.services[0]);
  std::vector<std::string> texts;
  for (const auto& [key, sentence] : Policy::Validate(config)) {
    texts.push_back(key + ": " + sentence);
  }
  return texts;
}

#define EXPECT_FINDING(words, statement)                                              \
  EXPECT_THAT(FindingsOf([]([[maybe_unused]] Config& config,                          \
                            [[maybe_unused]] ServiceConfig& service) { statement; }), \
              Contains(HasSubstr(words)))

TEST(PolicyValidate, GoodConfigurations) {
  EXPECT_THAT(Policy::Validate(Config{}), IsEmpty());
  EXPECT_THAT(Policy::Validate(Good()), IsEmpty());
  EXPECT_THAT(FindingsOf([](Config&, ServiceConfig& service) { service.backends.clear(); }),
              IsEmpty());
}

TEST(PolicyValidate, FindingsNameTheService) { EXPECT_FINDING("'web'", service.listen.clear()); }

TEST(PolicyValidate, Health) {
  const auto check = [](ServiceConfig& service) {
    service.health.source_v4 = *ParseAddress("198.18.0.250");
    service.health.source_v6 = *ParseAddress("2001:db8::250");
  };
  EXPECT_THAT(FindingsOf([&](Config&, ServiceConfig& service) { check(service); }), IsEmpty());
  EXPECT_FINDING("needs source_v6", service.health.source_v4 = *ParseAddress("198.18.0.250"));
  EXPECT_FINDING("needs source_v4", service.health.rise = 3);
  EXPECT_FINDING("no connection", service.health.source_v4 = *ParseAddress("127.0.0.1"));
  EXPECT_FINDING("a listener or a backend", service.health.source_v4 = service.listen[0].address);
  EXPECT_FINDING("above health.interval", service.health.timeout = Seconds(3));
  EXPECT_FINDING("vlan", service.health.vlan = 4095);
  EXPECT_FINDING("rise or fall", service.health.fall = 0);
}

TEST(PolicyValidate, SignedBypass) {
  EXPECT_THAT(FindingsOf([](Config&, ServiceConfig& service) {
                service.backends.clear();
                service.signed_bypass.resize(64, *ParsePrefix("198.18.3.0/24"));
              }),
              IsEmpty());
  EXPECT_FINDING("NAT changes", service.signed_bypass = {*ParsePrefix("198.18.3.0/24")});
  EXPECT_FINDING("64 prefixes", service.signed_bypass.resize(65, *ParsePrefix("::/0")));
  EXPECT_FINDING("has no listener",
                 (service.signed_bypass = {*ParsePrefix("::/0")}, service.listen.pop_back()));
}

TEST(PolicyValidate, Endpoints) {
  EXPECT_FINDING("listens nowhere", service.listen.clear());
  EXPECT_FINDING("already", service.listen.push_back(service.listen[0]));
  EXPECT_FINDING("already", config.services.push_back(config.services[0]));
  EXPECT_FINDING("listed twice", service.backends.push_back(service.backends[0]));
  EXPECT_FINDING("port 0", service.listen[0].port = 0);
  EXPECT_FINDING("no connection", service.listen[0].address = *ParseAddress("224.0.0.1"));
  EXPECT_FINDING("no connection",
                 service.backends[0].endpoint.address = *ParseAddress("127.0.0.1"));
}

// A backend has its listener's address family (ARCHITECTURE).
TEST(PolicyValidate, Families) {
  EXPECT_FINDING("no backend of its address family", service.backends.pop_back());
  EXPECT_FINDING("no listener of its address family", service.listen.pop_back());
}

TEST(PolicyValidate, FindingsSayWhere) {
  EXPECT_FINDING("services[0].backends[2]: service 'web': 198.18.0.11:80 is listed twice",
                 service.backends.push_back(service.backends[0]));
  EXPECT_FINDING("services[1].listen[0]", config.services.push_back(config.services[0]));
}

// A second service whose backends are those of the first.
Config Sharing() {
  Config config = Good();
  ServiceConfig other = config.services[0];
  other.name = "other";
  other.listen = {*ParseEndpoint("198.18.0.12:80"), *ParseEndpoint("[2001:db8::12]:80")};
  config.services.push_back(other);
  return config;
}

TEST(PolicyValidate, SharedBackends) {
  Config config = Sharing();
  EXPECT_THAT(Policy::Validate(config), IsEmpty());
  config.services[1].direct = ServiceConfig::Direct::kBridge;
  ASSERT_EQ(Policy::Validate(config).size(), 2u);
  EXPECT_EQ(Policy::Validate(config)[0].key, "services[1].backends[0]");
  EXPECT_THAT(Policy::Validate(config)[0].sentence, HasSubstr("'web' with another direct"));
  config = Sharing();
  config.services[1].backends[1].mac = Mac{{2, 0, 0, 0, 0, 1}};
  ASSERT_EQ(Policy::Validate(config).size(), 1u);
  EXPECT_EQ(Policy::Validate(config)[0].key, "services[1].backends[1]");
  EXPECT_THAT(Policy::Validate(config)[0].sentence, HasSubstr("'web' with another mac"));
  config = Sharing();
  config.services[1].slow_start = Seconds(1);
  config.services[1].health.source_v4 = *ParseAddress("198.18.0.250");
  config.services[1].health.source_v6 = *ParseAddress("2001:db8::250");
  EXPECT_EQ(Policy::Validate(config).size(), 4u) << "both of both backends";
}

// A transparent service's own host may serve others: whoever asks it directly meets its listener.
TEST(PolicyValidate, BackendOfATransparentService) {
  Config config = Sharing();
  config.services[1].listen = {config.services[0].backends[0].endpoint,
                               config.services[0].backends[1].endpoint};
  config.services[1].backends.clear();
  config.services[1].direct = ServiceConfig::Direct::kBridge;
  EXPECT_THAT(Policy::Validate(config), IsEmpty());
  config.services[0].backends[0].mac = Mac{{2, 0, 0, 0, 0, 1}};
  ASSERT_EQ(Policy::Validate(config).size(), 1u);
  EXPECT_THAT(Policy::Validate(config)[0].sentence, HasSubstr("'other' with another mac"));
}

TEST(PolicyValidate, ServicesBehindServices) {
  Config config = Sharing();
  const Endpoint middle = config.services[0].backends[0].endpoint;
  config.services[1].listen[0] = middle;
  config.services[1].backends[0].endpoint = *ParseEndpoint("198.18.0.13:80");
  ASSERT_EQ(Policy::Validate(config).size(), 1u);
  EXPECT_EQ(Policy::Validate(config)[0].key, "services[0].backends[0]");
  EXPECT_THAT(Policy::Validate(config)[0].sentence, HasSubstr("a listener of 'other'"));
  config.services[1].backends.push_back({middle, std::nullopt});
  EXPECT_THAT(Policy::Validate(config), IsEmpty());
}

TEST(PolicyValidate, Ranges) {
  EXPECT_FINDING("mss", service.promise.mss = 215);
  EXPECT_FINDING("mss_v6", service.promise.mss_v6 = 0);
  EXPECT_FINDING("window_scale", service.promise.window_scale = 16);
  EXPECT_FINDING("prefix_v4", service.connlimit.prefix_length_v4 = 33);
  EXPECT_FINDING("prefix_v6", service.connlimit.prefix_length_v6 = 129);
  EXPECT_FINDING("epoch", config.cookie.epoch = Seconds(3));
  EXPECT_FINDING("slots", config.handshake.slots = 0);
  EXPECT_FINDING("syn_retries", config.handshake.syn_retries = 6);
  EXPECT_FINDING("hold_frames", config.handshake.hold_frames = 33);
}

// Nobody would change the address that clients ask for.
TEST(PolicyValidate, OnlyATransparentServicePassesUnchallenged) {
  for (const Mode mode : {Mode::kOff, Mode::kMonitor, Mode::kAdaptive}) {
    Config config = Sharing();
    config.services[0].mode = mode;
    config.services[0].adaptive.syns_per_second = {2, 1};
    ASSERT_EQ(Policy::Validate(config).size(), 1u);
    EXPECT_EQ(Policy::Validate(config)[0].key, "services[0].mode");
    EXPECT_THAT(Policy::Validate(config)[0].sentence,
                HasSubstr("'" + std::string(Name(mode)) + "' needs a service without backends"));
    config.services.resize(1);
    config.services[0].backends.clear();
    EXPECT_THAT(Policy::Validate(config), IsEmpty());
  }
}

TEST(PolicyValidate, Thresholds) {
  EXPECT_FINDING("adaptive.syns_per_second.start",
                 (service.adaptive.syns_per_second = Threshold{0, 0}));
  EXPECT_FINDING("adaptive.in_flight.end", (service.adaptive.in_flight = Threshold{1, 2}));
  EXPECT_FINDING("adaptive.in_flight.end", (service.adaptive.in_flight = Threshold{1, 0}));
  EXPECT_FINDING("detector.risk_percent.end", (service.detector.risk_percent = Threshold{1, 0}));
  EXPECT_FINDING("adaptive.incomplete_percent.start",
                 (service.adaptive.incomplete_percent = Threshold{101, 2}));
  EXPECT_FINDING("adaptive.bytes_per_second.end",
                 (service.adaptive.bytes_per_second = Threshold{1, 2}));
  EXPECT_FINDING("adaptive.risk_percent.end", (service.adaptive.risk_percent = Threshold{1, 2}));
  EXPECT_FINDING("detector.risk_percent.end", (service.detector.risk_percent = Threshold{1, 2}));
  EXPECT_FINDING("detector.least_syns", (service.detector.least_syns = 0));
  Config config = Sharing();
  config.services[1].backends.clear();
  config.services[1].mode = Mode::kAdaptive;
  ASSERT_EQ(Policy::Validate(config).size(), 1u);
  EXPECT_THAT(Policy::Validate(config)[0].sentence, HasSubstr("needs a threshold"));
}

TEST(PolicyValidate, Limits) {
  EXPECT_FINDING(
      "4096", for (uint16_t i = 1; i <= 4096; ++i) {
        service.listen.push_back({*ParseAddress("198.18.0.99"), i});
      });
  EXPECT_FINDING(
      "1024",
      for (uint16_t i = 1; i <= 1024; ++i) { config.services.push_back(config.services[0]); });
}

}  // namespace
}  // namespace synsplice::test
