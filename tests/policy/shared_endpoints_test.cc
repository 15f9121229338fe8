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

using VlanList = std::vector<uint16_t>;
constexpr const char *kOne = "198.18.0.10:80", *kTwo = "198.18.0.11:80", *kHost = "198.18.0.21:80";

ServiceConfig ServiceIn(VlanList vlans, std::string listen,
                        std::vector<std::string> backends = {}) {
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
  EXPECT_THAT(Sentences({ServiceIn({10}, kOne), ServiceIn({20, 0}, kOne), ServiceIn({}, kOne)}),
              IsEmpty());
  EXPECT_THAT(Sentences({ServiceIn({10}, kOne), ServiceIn({20, 10}, kOne)}),
              ElementsAre(HasSubstr("services[1].listen[0]: service 'web': 198.18.0.10:80 in VLAN "
                                    "10 is a listener of 'web' already")));
  EXPECT_THAT(Sentences({ServiceIn({}, kOne), ServiceIn({}, kOne)}),
              ElementsAre(HasSubstr("already")));
  EXPECT_THAT(Sentences({ServiceIn({10, 10}, kOne)}),
              testing::Contains(HasSubstr("vlans[1]: service 'web': 10 is listed twice")));
  EXPECT_THAT(Sentences({ServiceIn({4095}, kOne)}),
              ElementsAre(HasSubstr("vlans[0]: service 'web': above")));
}

TEST(SharedEndpoints, ABackendIsOneHostInAVlan) {
  ServiceConfig one = ServiceIn({10}, kOne, {kHost}), other = ServiceIn({20}, kTwo, {kHost});
  other.backends[0].mac = Mac{{2, 0, 0, 0, 0, 1}};
  EXPECT_THAT(Sentences({one, other}), IsEmpty()) << "two hosts";
  other.vlans = {20, 10};
  EXPECT_THAT(Sentences({one, other}),
              ElementsAre(HasSubstr("198.18.0.21:80 in VLAN 10 is a backend of 'nat' with another "
                                    "mac")));
}

TEST(SharedEndpoints, AChainInOneVlan) {
  EXPECT_THAT(Sentences({ServiceIn({10}, kOne, {kHost}), ServiceIn({20}, kHost, {kTwo})}),
              IsEmpty());
  for (const VlanList& vlans : {VlanList{}, VlanList{10}}) {
    EXPECT_THAT(Sentences({ServiceIn({10}, kOne, {kHost}), ServiceIn(vlans, kHost, {kTwo})}),
                ElementsAre(HasSubstr("198.18.0.21:80 is a listener of 'nat', whose backends")));
  }
}

// What the backend says in VLAN 10 would be taken for the answer to somebody else's client.
TEST(SharedEndpoints, WhoNamesNoVlanHasNoBackendOfOneWhoDoes) {
  EXPECT_THAT(
      Sentences({ServiceIn({}, kTwo, {kHost}), ServiceIn({10}, kOne, {kHost})}),
      ElementsAre(HasSubstr("services[0].backends[0]: service 'nat': 198.18.0.21:80 in VLAN "
                            "10 is a backend of 'nat', and clients of 198.18.0.11:80")));
  EXPECT_THAT(Sentences({ServiceIn({}, kHost), ServiceIn({10}, kOne, {kHost})}),
              ElementsAre(HasSubstr("services[0].listen[0]: service 'web': 198.18.0.21:80 in VLAN "
                                    "10 is a backend of 'nat', and clients of 198.18.0.21:80")));
  EXPECT_THAT(Sentences({ServiceIn({}, kOne, {kHost}), ServiceIn({10}, kOne, {kHost})}), IsEmpty())
      << "in VLAN 10 nobody comes to it by the first one";
}

TEST(SharedEndpoints, ChecksGoWhereTheServiceIs) {
  ServiceConfig service = ServiceIn({10}, kOne, {kHost});
  service.health.source_v4 = *ParseAddress("198.18.0.250");
  EXPECT_THAT(Sentences({service}), IsEmpty());
  service.health.vlan = 10;
  EXPECT_THAT(Sentences({service}), ElementsAre(HasSubstr("health.vlan: service 'nat': beside")));
}

// A check of a service that names no VLAN goes to health.vlan: there it must be its own backend
// that answers.
TEST(SharedEndpoints, ChecksGoWhereNobodyElseAnswers) {
  for (const uint16_t vlan : {0, 10}) {
    ServiceConfig checked = ServiceIn({}, kOne);
    checked.health.source_v4 = *ParseAddress("198.18.0.250");
    checked.health.vlan = vlan;
    const std::string place = "198.18.0.10:80 in VLAN " + std::to_string(vlan);
    EXPECT_THAT(
        Sentences({ServiceIn({vlan}, kOne), checked}),
        ElementsAre(HasSubstr("services[1].listen[0]: service 'web': " + place +
                              " is a backend of 'web', and its checks would be answered as")));
    EXPECT_THAT(Sentences({ServiceIn({20}, kOne), checked}), IsEmpty()) << "elsewhere";
    checked.health = {};
    EXPECT_THAT(Sentences({ServiceIn({vlan}, kOne), checked}), IsEmpty()) << "nobody asks";
  }
}

TEST(SharedEndpoints, ChecksOfBackendsToo) {
  ServiceConfig checked = ServiceIn({}, kOne, {kHost});
  checked.health.source_v4 = *ParseAddress("198.18.0.250");
  checked.health.vlan = 10;
  EXPECT_THAT(Sentences({checked, ServiceIn({10}, kOne, {kHost})}),
              ElementsAre(HasSubstr("services[0].backends[0]: service 'nat': 198.18.0.21:80 in "
                                    "VLAN 10 is a backend of 'nat', and its checks")));
}

TEST(SharedEndpoints, EachVlanCounts) {
  ServiceConfig service = ServiceIn({}, kOne);
  for (uint16_t port = 1000; port < 1001 + kMaxEndpoints / 2; ++port) {
    service.listen.push_back({*ParseAddress("198.18.0.11"), port});
  }
  EXPECT_THAT(Sentences({service}), IsEmpty());
  service.vlans = {10, 20};
  EXPECT_THAT(Sentences({service}), ElementsAre(HasSubstr("more than 4096")));
}

}  // namespace
}  // namespace synsplice::test
