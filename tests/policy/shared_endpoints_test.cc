// What services may say of one endpoint in several VLANs (rule 37). Without VLANs:
// policy_validate_test.cc.
#include "policy/shared_endpoints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synsplice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Vlans = std::vector<uint16_t>;
constexpr const char *kA = "198.18.0.10:80", *kB = "198.18.0.11:80", *kX = "198.18.0.21:80";

ServiceConfig In(Vlans vlans, std::string listen, std::vector<std::string> backends = {}) {
  ServiceConfig service;
  service.name = backends.empty() ? "web" : "nat";
  service.listen = {*ParseEndpoint(listen)};
  service.vlans = std::move(vlans);
  for (const auto& text : backends) service.backends.push_back({*ParseEndpoint(text), {}});
  return service;
}

// All that is wrong.
std::vector<std::string> Sentences(std::vector<ServiceConfig> services) {
  Config config;
  config.services = std::move(services);
  std::vector<std::string> sentences;
  for (const auto& [key, sentence] : Policy::Validate(config)) {
    sentences.push_back(key + ": " + sentence);
  }
  return sentences;
}

TEST(SharedEndpoints, OneListenerInEachVlan) {
  EXPECT_THAT(Sentences({In({10}, kA), In({20, 0}, kA), In({}, kA)}), IsEmpty());
  EXPECT_THAT(Sentences({In({10}, kA), In({20, 10}, kA)}),
              ElementsAre(HasSubstr("services[1].listen[0]: service 'web': 198.18.0.10:80 in VLAN "
                                    "10 is a listener of 'web' already")));
  EXPECT_THAT(Sentences({In({}, kA), In({}, kA)}), ElementsAre(HasSubstr("already")));
  EXPECT_THAT(Sentences({In({10, 10}, kA)}),
              testing::Contains(HasSubstr("vlans[1]: service 'web': 10 is listed twice")));
  EXPECT_THAT(Sentences({In({4095}, kA)}),
              ElementsAre(HasSubstr("vlans[0]: service 'web': above")));
}

TEST(SharedEndpoints, ABackendIsOneHostInAVlan) {
  ServiceConfig one = In({10}, kA, {kX}), other = In({20}, kB, {kX});
  other.backends[0].mac = Mac{{2, 0, 0, 0, 0, 1}};
  EXPECT_THAT(Sentences({one, other}), IsEmpty()) << "two hosts";
  other.vlans = {20, 10};
  EXPECT_THAT(Sentences({one, other}),
              ElementsAre(HasSubstr("198.18.0.21:80 in VLAN 10 is a backend of 'nat' with another "
                                    "mac")));
}

TEST(SharedEndpoints, AChainInOneVlan) {
  EXPECT_THAT(Sentences({In({10}, kA, {kX}), In({20}, kX, {kB})}), IsEmpty());
  for (const Vlans& vlans : {Vlans{}, Vlans{10}}) {
    EXPECT_THAT(Sentences({In({10}, kA, {kX}), In(vlans, kX, {kB})}),
                ElementsAre(HasSubstr("198.18.0.21:80 is a listener of 'nat', whose backends")));
  }
}

// What the backend says in VLAN 10 would be taken for the answer to somebody else's client.
TEST(SharedEndpoints, WhoNamesNoVlanHasNoBackendOfOneWhoDoes) {
  EXPECT_THAT(
      Sentences({In({}, kB, {kX}), In({10}, kA, {kX})}),
      ElementsAre(HasSubstr("services[0].backends[0]: service 'nat': 198.18.0.21:80 in VLAN "
                            "10 is a backend of 'nat', and clients of 198.18.0.11:80")));
  EXPECT_THAT(Sentences({In({}, kX), In({10}, kA, {kX})}),
              ElementsAre(HasSubstr("services[0].listen[0]: service 'web': 198.18.0.21:80 in VLAN "
                                    "10 is a backend of 'nat', and clients of 198.18.0.21:80")));
  EXPECT_THAT(Sentences({In({}, kA, {kX}), In({10}, kA, {kX})}), IsEmpty())
      << "in VLAN 10 nobody comes to it by the first one";
}

TEST(SharedEndpoints, ChecksGoWhereTheServiceIs) {
  ServiceConfig service = In({10}, kA, {kX});
  service.health.source_v4 = *ParseAddress("198.18.0.250");
  EXPECT_THAT(Sentences({service}), IsEmpty());
  service.health.vlan = 10;
  EXPECT_THAT(Sentences({service}), ElementsAre(HasSubstr("health.vlan: service 'nat': beside")));
}

TEST(SharedEndpoints, EachVlanCounts) {
  ServiceConfig service = In({}, kA);
  for (uint16_t port = 1000; port < 1001 + kMaxEndpoints / 2; ++port) {
    service.listen.push_back({*ParseAddress("198.18.0.11"), port});
  }
  EXPECT_THAT(Sentences({service}), IsEmpty());
  service.vlans = {10, 20};
  EXPECT_THAT(Sentences({service}), ElementsAre(HasSubstr("more than 4096")));
}

}  // namespace
}  // namespace synsplice::test
