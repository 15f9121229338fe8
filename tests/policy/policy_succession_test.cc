// What keeps its number when one policy follows another.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "synsplice/policy/policy.h"

namespace synsplice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Endpoint EndpointAt(const std::string& text) { return *ParseEndpoint(text); }

ServiceConfig Named(std::string name, std::vector<std::string> listen,
                    std::vector<std::string> backends = {}) {
  ServiceConfig service;
  service.name = std::move(name);
  for (const auto& text : listen) service.listen.push_back(EndpointAt(text));
  for (const auto& text : backends) service.backends.push_back({EndpointAt(text), std::nullopt});
  return service;
}

Config Configured(std::vector<ServiceConfig> services) {
  Config config;
  config.services = std::move(services);
  EXPECT_TRUE(Policy::Validate(config).empty());
  return config;
}

constexpr const char *kA = "198.18.0.10:80", *kB = "198.18.0.11:80", *kC = "198.18.0.12:80";
constexpr const char *kX = "198.18.0.21:80", *kY = "198.18.0.22:80";

TEST(PolicySuccession, EndpointsKeepTheirNumbers) {
  const Policy first(Configured({Named("a", {kA}, {kX}), Named("b", {kB})}));
  const Policy second(
      Configured({Named("new", {kC}), Named("b", {kB}), Named("a", {kA}, {kY, kX})}), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  for (const char* endpoint : {kA, kB, kX}) {
    EXPECT_EQ(second.Find(EndpointAt(endpoint), {}).listener,
              first.Find(EndpointAt(endpoint), {}).listener)
        << endpoint;
    EXPECT_EQ(second.Find(EndpointAt(endpoint), {}).backend,
              first.Find(EndpointAt(endpoint), {}).backend)
        << endpoint;
  }
  const Listener& a = second.listener(second.Find(EndpointAt(kA), {}).listener);
  EXPECT_EQ(a.group, first.listener(first.Find(EndpointAt(kA), {}).listener).group);
  EXPECT_EQ(second.backend(second.Find(EndpointAt(kY), {}).backend).group, a.group);
  EXPECT_EQ(second.service(0).name, "a");
  EXPECT_EQ(second.service(1).name, "b");
  EXPECT_EQ(second.service(2).name, "new");
}

TEST(PolicySuccession, WhatIsRemovedStaysKnown) {
  const Policy first(Configured({Named("a", {kA}, {kX, kY}), Named("b", {kB})}));
  const Policy second(Configured({Named("a", {kA}, {kY})}), first);
  const auto b = second.Find(EndpointAt(kB), {});
  EXPECT_EQ(b.listener, first.Find(EndpointAt(kB), {}).listener);
  EXPECT_TRUE(second.listener(b.listener).IsRemoved());
  EXPECT_TRUE(second.backend(b.backend).removed);
  EXPECT_TRUE(second.IsServiceRemoved(1));
  EXPECT_FALSE(second.IsServiceRemoved(0));
  EXPECT_FALSE(second.IsGuarded(b));
  EXPECT_FALSE(second.IsServiceAddress(EndpointAt(kB).address, {}));
  EXPECT_FALSE(second.IsBackendAddress(EndpointAt(kX).address, {}));
  EXPECT_NE(second.NeighbourId(EndpointAt(kX).address), 0) << "its flows have a next hop yet";
  EXPECT_TRUE(second.backend(second.Find(EndpointAt(kX), {}).backend).removed);
  const BackendId y = second.Find(EndpointAt(kY), {}).backend;
  EXPECT_EQ(second.NeighbourId(EndpointAt(kY).address), first.NeighbourId(EndpointAt(kY).address));
  const Listener& a = second.listener(second.Find(EndpointAt(kA), {}).listener);
  EXPECT_THAT(a.backends, ElementsAre(y));
  EXPECT_EQ(second.ChooseBackend(a, *ParseAddress("198.18.0.1"), {}), y);
}

TEST(PolicySuccession, WhatComesBackHasItsNumberAgain) {
  const Config both = Configured({Named("a", {kA}), Named("b", {kB})});
  const Policy first(both), second(Configured({Named("b", {kB})}), first), third(both, second);
  EXPECT_EQ(third.Find(EndpointAt(kA), {}).listener, first.Find(EndpointAt(kA), {}).listener);
  EXPECT_FALSE(third.listener(third.Find(EndpointAt(kA), {}).listener).IsRemoved());
  EXPECT_FALSE(third.IsServiceRemoved(0));
  EXPECT_EQ(third.listener_count(), first.listener_count());
}

TEST(PolicySuccession, AServiceIsKnownByItsListenersThenByItsName) {
  const Policy first(Configured({Named("a", {kA}), Named("b", {kB})}));
  const Policy renamed(Configured({Named("b", {kA}), Named("a", {kB})}), first);
  EXPECT_THAT(renamed.obstacles(), IsEmpty());
  EXPECT_EQ(renamed.service(0).name, "b");
  const Policy moved(Configured({Named("a", {kC}), Named("b", {kB})}), first);
  EXPECT_EQ(moved.listener(moved.Find(EndpointAt(kC), {}).listener).service, 0);
}

TEST(PolicySuccession, WhatFlowsCannotFollow) {
  const auto obstacle = [](const Policy& policy) {
    return policy.obstacles().empty() ? "" : policy.obstacles().front().sentence;
  };
  const Policy first(Configured({Named("a", {kA}, {kX}), Named("b", {kB}, {kY})}));
  const Policy shared(Configured({Named("a", {kA}, {kX}), Named("b", {kB}, {kX})}), first);
  EXPECT_THAT(obstacle(shared), HasSubstr("service 'b' comes to share backends"));
  const Policy moved(Configured({Named("a", {kA}, {kX, kY})}), first);
  EXPECT_THAT(obstacle(moved), HasSubstr("backend 198.18.0.22:80 moves to a service"));
  const Policy joined(Configured({Named("a", {kA, kB}, {kX})}), first);
  EXPECT_THAT(obstacle(joined), HasSubstr("'a' has listeners of several services"));
  const Policy one(Configured({Named("a", {kA, kB})}));
  const Policy split(Configured({Named("a", {kA}), Named("b", {kB})}), one);
  EXPECT_THAT(obstacle(split), HasSubstr("'a' and 'b' were one before"));
}

ServiceConfig NamedIn(std::string name, std::vector<uint16_t> vlans) {
  ServiceConfig service = Named(std::move(name), {kA});
  service.vlans = std::move(vlans);
  return service;
}

TEST(PolicySuccession, AServiceGetsAnotherVlan) {
  const Policy first(Configured({NamedIn("a", {10}), Named("b", {kB})}));
  const Policy second(Configured({Named("b", {kB}), NamedIn("new name", {20, 10})}), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  const auto before = first.Find(EndpointAt(kA), {10, 0}),
             now = second.Find(EndpointAt(kA), {10, 0});
  EXPECT_EQ(now.listener, before.listener);
  EXPECT_EQ(now.backend, before.backend);
  const auto added = second.Find(EndpointAt(kA), {20, 0});
  EXPECT_NE(added.listener, now.listener);
  EXPECT_EQ(second.listener(added.listener).service, first.listener(before.listener).service);
}

// Its connections go on where they were.
TEST(PolicySuccession, AServiceMovesToAnotherVlan) {
  const Policy first(Configured({NamedIn("a", {10})}));
  const Policy second(Configured({NamedIn("a", {20})}), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  const auto before = second.Find(EndpointAt(kA), {10, 0}),
             now = second.Find(EndpointAt(kA), {20, 0});
  EXPECT_EQ(before.listener, first.Find(EndpointAt(kA), {10, 0}).listener);
  EXPECT_TRUE(second.listener(before.listener).IsRemoved());
  EXPECT_TRUE(second.backend(before.backend).removed);
  EXPECT_FALSE(second.IsServiceAddress(EndpointAt(kA).address, {10, 0}));
  EXPECT_FALSE(second.listener(now.listener).IsRemoved());
  EXPECT_EQ(second.listener(now.listener).service, 0) << "known by its name";
}

TEST(PolicySuccession, ServicesSwapTheirVlans) {
  const Policy first(Configured({NamedIn("a", {10}), NamedIn("b", {20})}));
  const Policy second(Configured({NamedIn("a", {20}), NamedIn("b", {10})}), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  EXPECT_EQ(second.service(0).name, "b");
  EXPECT_EQ(second.Find(EndpointAt(kA), {10, 0}).listener,
            first.Find(EndpointAt(kA), {10, 0}).listener);
}

TEST(PolicySuccession, AVlanDoesNotGoOverToWhoNamesIt) {
  const Policy general(Configured({NamedIn("a", {})}));
  const Policy both(Configured({NamedIn("a", {}), NamedIn("b", {10})}));
  for (const auto* before : {&general, &both}) {
    const auto& other = before == &general ? both : general;
    const Policy next(other.config(), *before);
    ASSERT_THAT(next.obstacles(), testing::SizeIs(1));
    EXPECT_THAT(next.obstacles()[0].sentence,
                HasSubstr("198.18.0.10:80@10 goes over between services with and without vlans"));
  }
}

TEST(PolicySuccession, NumbersAreGivenOnceAndComeToAnEnd) {
  const auto with = [](uint16_t first_port) {
    ServiceConfig service = Named("a", {kA});
    for (uint16_t i = 0; i < kMaxEndpoints - 1; ++i) {
      service.listen.push_back(EndpointAt(kB));
      service.listen.back().port = static_cast<uint16_t>(first_port + i);
    }
    return Configured({service});
  };
  const Policy first(with(1)), second(with(10000), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  EXPECT_LE(second.listener_count(), kMostEndpoints);
  const Policy third(with(20000), second);
  ASSERT_FALSE(third.obstacles().empty());
  EXPECT_THAT(third.obstacles().back().sentence, HasSubstr("too many different ones"));
}

Config WithLists(Config config, std::vector<std::string> names) {
  for (const std::string& name : names) config.lists.push_back({name});
  return config;
}

TEST(PolicySuccession, ListsKeepTheirNumbers) {
  const Policy first(WithLists(Configured({Named("a", {kA})}), {"x", "y"}));
  const Policy second(WithLists(Configured({Named("a", {kA})}), {"z", "y"}), first);
  EXPECT_THAT(second.obstacles(), IsEmpty());
  EXPECT_EQ(second.ListNumber("x"), first.ListNumber("x"));
  EXPECT_EQ(second.ListNumber("y"), first.ListNumber("y"));
  EXPECT_EQ(second.ListNumber("z"), 3);
  EXPECT_EQ(second.ListNumber("none"), 0);
  EXPECT_EQ(second.ListsOf(second.listener(1)), MaskOf(2) | MaskOf(3));
}

TEST(PolicySuccession, AServiceLooksAtAllListsOrItsOwn) {
  ServiceConfig own = Named("b", {kB}), none = Named("c", {kC});
  own.lists = {{"y"}};
  none.lists.emplace();
  const Policy policy(WithLists(Configured({Named("a", {kA}), own, none}), {"x", "y"}));
  const auto lists = [&](const char* endpoint) {
    return policy.ListsOf(policy.listener(policy.Find(EndpointAt(endpoint), {}).listener));
  };
  EXPECT_EQ(lists(kA), MaskOf(1) | MaskOf(2));
  EXPECT_EQ(lists(kB), MaskOf(2));
  EXPECT_EQ(lists(kC), 0u);
}

TEST(PolicySuccession, ListsSinceTheStartHaveABound) {
  std::vector<std::string> names;
  for (int i = 0; i < kMaxLists; ++i) names.push_back("list" + std::to_string(i));
  const Policy first(WithLists(Configured({Named("a", {kA})}), names));
  EXPECT_THAT(first.obstacles(), IsEmpty());
  const Policy second(WithLists(Configured({Named("a", {kA})}), {"another"}), first);
  ASSERT_EQ(second.obstacles().size(), 1u);
  EXPECT_EQ(second.obstacles()[0].key, "lists");
}

}  // namespace
}  // namespace synsplice::test
