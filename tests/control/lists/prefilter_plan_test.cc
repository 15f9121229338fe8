// Rule 47: what the pre-filter is told, so that it drops nothing that the core would let pass.
#include "control/lists/prefilter_plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr ListId kFirst = 1, kSecond = 2;

ServiceConfig Service(const std::string& name, const std::string& listen,
                      Mode mode = Mode::kAlways) {
  ServiceConfig service;
  service.name = name;
  service.listen = {*ParseEndpoint(listen)};
  service.mode = mode;
  if (mode == Mode::kAdaptive) service.adaptive.syns_per_second = Threshold{100, 50};
  return service;
}

Config Configured(std::vector<ServiceConfig> services) {
  Config config;
  config.lists = {{"bad", Tier::kBlock, ""}, {"good", Tier::kAllow, ""}};
  config.services = std::move(services);
  return config;
}

// Names of the services that are guarded, those with a budget with a '+'.
std::vector<std::string> Guarded(const Policy& policy, const std::vector<bool>& challenged = {}) {
  std::vector<std::string> names;
  for (const auto& [endpoint, service, has_budget] : GuardedEndpoints(policy, challenged)) {
    EXPECT_EQ(policy.service(service).listen[0], endpoint);
    names.push_back(policy.service(service).name + (has_budget ? "+" : ""));
  }
  return names;
}

TEST(GuardedEndpoints, MonitorIsLeftToTheCoreAndOnlyTheChallengedHaveABudget) {
  const Policy policy(Configured({Service("always", "198.18.0.1:80"),
                                  Service("monitor", "198.18.0.2:80", Mode::kMonitor),
                                  Service("off", "[2001:db8::3]:80", Mode::kOff),
                                  Service("adaptive", "198.18.0.4:80", Mode::kAdaptive)}));
  EXPECT_THAT(Guarded(policy), ElementsAre("always+", "off", "adaptive"));
  EXPECT_THAT(Guarded(policy, {true, false, false, true}),
              ElementsAre("always+", "off", "adaptive+"));
}

TEST(GuardedEndpoints, WhoHasListsOfItsOwnIsLeftToTheCore) {
  ServiceConfig all = Service("all", "198.18.0.1:80"), some = Service("some", "198.18.0.2:80"),
                none = Service("none", "198.18.0.3:80");
  all.lists = std::vector<std::string>{"good", "bad"};
  some.lists = std::vector<std::string>{"bad"};
  none.lists = std::vector<std::string>{};
  EXPECT_THAT(Guarded(Policy(Configured({all, some, none}))), ElementsAre("all+"));
}

TEST(GuardedEndpoints, WhatOnlyTheCoreCanTellIsLeftToIt) {
  ServiceConfig in_vlan = Service("vlan", "198.18.0.1:80"),
                is_signed = Service("signed", "198.18.0.2:80");
  in_vlan.vlans = {7};
  is_signed.signed_bypass = {*ParsePrefix("198.18.1.0/24")};
  EXPECT_THAT(Guarded(Policy(Configured({in_vlan, is_signed}))), IsEmpty());
}

TEST(GuardedEndpoints, ARemovedServiceIsNone) {
  const Policy before(
      Configured({Service("web", "198.18.0.1:80"), Service("api", "198.18.0.2:80")}));
  const Policy after(Configured({Service("api", "198.18.0.2:80")}), before);
  EXPECT_THAT(Guarded(after), ElementsAre("api+"));
}

TEST(AnyListBlocks, OnlyThatTier) {
  Config config = Configured(std::vector<ServiceConfig>());
  EXPECT_TRUE(AnyListBlocks(config));
  config.lists[0].tier = Tier::kChallenge;
  EXPECT_FALSE(AnyListBlocks(config));
}

TEST(ListedPrefixes, OfEqualOnesTheFirstListCountsAsTheLast) {
  const std::vector<Prefix> one = {*ParsePrefix("198.18.0.0/16")};
  const std::vector<PrefixTable::Source> sources = {{kFirst, one}, {kSecond, one}};
  const std::vector<Tier> tiers = {Tier::kNone, Tier::kAllow, Tier::kBlock};
  EXPECT_THAT(ListedPrefixes(sources, tiers),
              ElementsAre(ListedPrefix{Address::V4(0), 96, 0, Tier::kNone},
                          ListedPrefix{one[0].address, 112, kSecond, Tier::kBlock},
                          ListedPrefix{one[0].address, 112, kFirst, Tier::kAllow}));
}

TEST(ListedPrefixes, OfNothingThereIsNone) {
  const std::vector<Prefix> none;
  const std::vector<PrefixTable::Source> sources = {{kFirst, none}};
  EXPECT_THAT(ListedPrefixes(sources, std::vector<Tier>{Tier::kNone, Tier::kBlock}), IsEmpty());
}

// What the kernel's trie knows of an address: 128 bits, of no family.
bool Covers(const ListedPrefix& prefix, const Address& address) {
  for (unsigned bit = 0; bit < prefix.length; ++bit) {
    const unsigned differ = prefix.address.bytes[bit / 8] ^ address.bytes[bit / 8];
    if (differ >> (7 - bit % 8) & 1) return false;
  }
  return true;
}

// What it would answer.
ListId LongestMatch(const std::vector<ListedPrefix>& listed, const Address& address) {
  const ListedPrefix* longest = nullptr;
  for (const ListedPrefix& one : listed) {
    if (!Covers(one, address)) continue;
    if (!longest || one.length >= longest->length) longest = &one;
  }
  return longest ? longest->list : ListId{0};
}

// Of few networks, so that they overlap: one of IPv4, one of IPv6 that begins as IPv4 does there.
class Addresses {
 public:
  Address Any() {
    if (random_() % 2 == 0) return Address::V4(0xc6120000 | (random_() & 0xff));
    Address address;
    address.bytes[11] = static_cast<uint8_t>(random_() & 0xff);
    address.bytes[15] = static_cast<uint8_t>(random_() & 0xff);
    return address;
  }
  Prefix AnyPrefix() {
    const Address address = Any();
    const auto bits = address.IsV4() ? 33u : 129u;
    const auto length = static_cast<uint8_t>(random_() % 2 == 0 ? random_() % bits : bits - 1);
    return {Mask(address, length), length};
  }

 private:
  std::mt19937 random_{static_cast<unsigned>(testing::UnitTest::GetInstance()->random_seed())};
};

TEST(ListedPrefixes, SayTheSameAsTheTableOfTheCore) {
  Addresses addresses;
  for (int round = 0; round < 50; ++round) {
    std::vector<Prefix> prefixes[2];
    for (auto& of_list : prefixes) {
      for (int i = 0; i < 5; ++i) of_list.push_back(addresses.AnyPrefix());
    }
    const std::vector<PrefixTable::Source> sources = {{kFirst, prefixes[0]},
                                                      {kSecond, prefixes[1]}};
    const std::vector<Tier> tiers = {Tier::kNone, Tier::kBlock, Tier::kAllow};
    const PrefixTable table(sources);
    const std::vector<ListedPrefix> listed = ListedPrefixes(sources, tiers);
    for (int i = 0; i < 50; ++i) {
      const Address address = addresses.Any();
      ASSERT_EQ(LongestMatch(listed, address), table.Find(address, ~ListMask{0}))
          << ToString(address);
    }
  }
}

TEST(PrefilterCounts, AddUp) {
  PrefilterCounts sum, more;
  more.frames = {1, 2};
  more.by_list[kSecond] = 3;
  more.syns = {4, 5};
  more.blocked = {7, 8, 9};
  more.bytes = 6;
  sum.Add(more);
  sum.Add(more);
  EXPECT_THAT(sum.frames, ElementsAre(2u, 4u));
  EXPECT_EQ(sum.by_list[kSecond], 6u);
  EXPECT_THAT(sum.syns, ElementsAre(8u, 10u));
  EXPECT_THAT(sum.blocked, ElementsAre(14u, 16u, 18u));
  EXPECT_EQ(sum.bytes, 12u);
}

}  // namespace
}  // namespace synsplice
