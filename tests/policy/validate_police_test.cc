// Rule 46: one service polices what has no port at an address.
#include "policy/validate_police.h"

#include <gmock/gmock.h>

#include "synsplice/policy/policy.h"

namespace synsplice {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// At one address, with a port each.
Config Two() {
  Config config;
  for (const char* const endpoint : {"198.18.0.10:80", "198.18.0.10:443"}) {
    ServiceConfig& service = config.services.emplace_back();
    service.name = config.services.size() == 1 ? "web" : "other";
    service.listen = {*ParseEndpoint(endpoint)};
  }
  config.services[0].police.udp = config.services[1].police.icmp = 1000;
  return config;
}

std::vector<std::string> Findings(const Config& config) {
  std::vector<std::string> texts;
  for (const auto& [key, sentence] : Policy::Validate(config))
    texts.push_back(key + ": " + sentence);
  return texts;
}

constexpr const char* kTwice =
    "services[1].police: service 'other': 'web' polices 198.18.0.10 already: fragments, udp and "
    "icmp have no port, one service has them all";

TEST(ValidatePolice, ValuesHaveTheirRange) {
  Config config = Two();
  config.services.pop_back();
  config.services[0].police = {1, 2, 3, 4, 5, 6, 10'000'000};
  EXPECT_THAT(Findings(config), IsEmpty());
  config.services[0].police.icmp = config.services[0].police.syn_ack = 10'000'001;
  EXPECT_THAT(Findings(config),
              ElementsAre("services[0].police.syn_ack: service 'web': above 10000000",
                          "services[0].police.icmp: service 'web': above 10000000"));
}

TEST(ValidatePolice, WhatHasNoPortIsOneServices) {
  Config config = Two();
  EXPECT_THAT(Findings(config), ElementsAre(kTwice));
  config.services[1].police = {.rst = 5};
  EXPECT_THAT(Findings(config), IsEmpty());
  config = Two();
  config.services[1].listen = {*ParseEndpoint("198.18.0.11:80")};
  EXPECT_THAT(Findings(config), IsEmpty());
}

// A sentence for each service, however many ports it has there.
TEST(ValidatePolice, IsSaidOnce) {
  Config config = Two();
  config.services[1].listen.push_back(*ParseEndpoint("198.18.0.10:444"));
  EXPECT_THAT(Findings(config), ElementsAre(kTwice));
}

TEST(ValidatePolice, InOneVlan) {
  Config config = Two();
  config.services[0].vlans = {1}, config.services[1].vlans = {2};
  EXPECT_THAT(Findings(config), IsEmpty());
  config.services[1].vlans = {2, 1};
  EXPECT_THAT(Findings(config), ElementsAre(kTwice));
}

// Who names none has all but these.
TEST(ValidatePolice, NamedVlansAreOneServices) {
  for (const size_t names : {0, 1}) {
    Config config = Two();
    config.services[names].vlans = {20};
    EXPECT_THAT(Findings(config), IsEmpty());
  }
}

}  // namespace
}  // namespace synsplice
