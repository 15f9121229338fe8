#include "synsplice/policy/policy.h"

#include <gtest/gtest.h>

#include <set>

#include "support/random.h"

namespace synsplice::test {
namespace {

Endpoint At(const std::string& text) { return *ParseEndpoint(text); }

ServiceConfig Service(std::vector<std::string> listen, std::vector<std::string> backends) {
  ServiceConfig service;
  service.name = listen.front();
  for (const auto& text : listen) service.listen.push_back(At(text));
  for (const auto& text : backends) service.backends.push_back({At(text), std::nullopt});
  return service;
}

Policy PolicyOf(std::vector<ServiceConfig> services) {
  Config config;
  config.services = std::move(services);
  EXPECT_TRUE(Policy::Validate(config).empty());
  return Policy(std::move(config));
}

TEST(Policy, TransparentListenerIsItsOwnBackend) {
  const Policy policy = PolicyOf({Service({"198.18.0.10:80"}, {})});
  const auto role = policy.Find(At("198.18.0.10:80"), {});
  ASSERT_NE(role.listener, 0);
  ASSERT_NE(role.backend, 0);
  EXPECT_EQ(policy.backend(role.backend).endpoint, At("198.18.0.10:80"));
  EXPECT_EQ(policy.listener(role.listener).group, policy.backend(role.backend).group);
  EXPECT_TRUE(policy.IsServiceAddress(*ParseAddress("198.18.0.10"), {}));
  EXPECT_TRUE(policy.IsBackendAddress(*ParseAddress("198.18.0.10"), {}));
}

// Nothing is kept from a service whose clients are never challenged (rule 37).
TEST(Policy, WhatIsGuardedDependsOnTheMode) {
  const Address address = *ParseAddress("198.18.0.10");
  for (const Mode mode : {Mode::kOff, Mode::kMonitor, Mode::kAdaptive, Mode::kAlways}) {
    ServiceConfig service = Service({"198.18.0.10:80"}, {});
    service.mode = mode;
    service.adaptive.in_flight = Threshold{2, 1};
    const Policy policy = PolicyOf({service});
    const bool guarded = mode == Mode::kAdaptive || mode == Mode::kAlways;
    const auto role = policy.Find(At("198.18.0.10:80"), {});
    EXPECT_EQ(policy.IsGuarded(role), guarded);
    EXPECT_EQ(policy.IsGuardedBackend(role), guarded);
    EXPECT_EQ(policy.IsGuardedAddress(address, {}), guarded);
    EXPECT_EQ(policy.IsGuardedBackendAddress(address, {}), guarded);
    EXPECT_TRUE(policy.IsBackendAddress(address, {})) << "somebody answers for it";
  }
}

TEST(Policy, NatRoles) {
  const Policy policy = PolicyOf({Service({"198.18.0.10:80"}, {"198.18.0.11:8080"})});
  EXPECT_EQ(policy.Find(At("198.18.0.10:80"), {}).backend, 0);
  EXPECT_EQ(policy.Find(At("198.18.0.11:8080"), {}).listener, 0);
  EXPECT_NE(policy.Find(At("198.18.0.11:8080"), {}).backend, 0);
  for (const char* other : {"198.18.0.10:81", "198.18.0.11:80", "198.18.0.12:80"}) {
    EXPECT_EQ(policy.Find(At(other), {}).listener, 0) << other;
    EXPECT_EQ(policy.Find(At(other), {}).backend, 0) << other;
  }
  EXPECT_FALSE(policy.IsServiceAddress(*ParseAddress("198.18.0.11"), {}));
  EXPECT_FALSE(policy.IsBackendAddress(*ParseAddress("198.18.0.10"), {}));
}

TEST(Policy, ListenersTakeBackendsOfTheirFamily) {
  const Policy policy =
      PolicyOf({Service({"198.18.0.10:80", "[2001:db8::10]:80"},
                        {"198.18.0.11:80", "[2001:db8::11]:80", "[2001:db8::12]:80"})});
  EXPECT_EQ(policy.listener(policy.Find(At("198.18.0.10:80"), {}).listener).backends.size(), 1u);
  EXPECT_EQ(policy.listener(policy.Find(At("[2001:db8::10]:80"), {}).listener).backends.size(), 2u);
}

// A group is the set of services connected by shared backend endpoints.
TEST(Policy, SharedBackendsJoinGroups) {
  const Policy policy =
      PolicyOf({Service({"198.18.0.1:80"}, {"198.18.1.1:80", "198.18.1.2:80"}),
                Service({"198.18.0.2:80"}, {"198.18.1.3:80"}),
                Service({"198.18.0.3:80"}, {"198.18.1.4:80", "198.18.1.3:80"}),
                Service({"198.18.0.4:80"}, {"198.18.1.2:80", "198.18.1.4:80"}),
                Service({"198.18.0.5:80"}, {"198.18.1.9:80"}), Service({"198.18.1.9:80"}, {})});
  const auto group = [&policy](const char* listener) {
    return policy.listener(policy.Find(At(listener), {}).listener).group;
  };
  EXPECT_EQ(group("198.18.0.1:80"), group("198.18.0.4:80"));
  EXPECT_EQ(group("198.18.0.2:80"), group("198.18.0.3:80"));
  EXPECT_EQ(group("198.18.0.1:80"), group("198.18.0.2:80"));
  EXPECT_EQ(group("198.18.0.5:80"), group("198.18.1.9:80"));
  EXPECT_NE(group("198.18.0.1:80"), group("198.18.0.5:80"));
  for (size_t id = 1; id < policy.listener_count(); ++id) {
    const Listener& listener = policy.listener(static_cast<ListenerId>(id));
    for (const BackendId backend : listener.backends) {
      EXPECT_EQ(policy.backend(backend).group, listener.group);
    }
  }
}

TEST(Policy, ManyEndpointsAreAllFound) {
  std::vector<ServiceConfig> services;
  for (int i = 0; i < 500; ++i) {
    const std::string port = std::to_string(1000 + i);
    services.push_back(Service({"198.18.0.10:" + port}, {"198.18.0.11:" + port}));
  }
  const Policy policy = PolicyOf(std::move(services));
  std::set<ListenerId> listeners;
  for (int i = 0; i < 500; ++i) {
    const std::string port = std::to_string(1000 + i);
    listeners.insert(policy.Find(At("198.18.0.10:" + port), {}).listener);
    EXPECT_NE(policy.Find(At("198.18.0.11:" + port), {}).backend, 0);
  }
  EXPECT_EQ(listeners.size(), 500u);
  EXPECT_EQ(listeners.count(0), 0u);
}

// Listeners with the same backends give a client the same one.
TEST(Policy, ChoiceFollowsTheListOfBackends) {
  const std::vector<std::string> both = {"198.18.1.1:80", "198.18.1.2:80"};
  const Policy policy =
      PolicyOf({Service({"198.18.0.10:80", "198.18.0.10:81"}, both),
                Service({"198.18.0.11:80"}, both), Service({"198.18.0.12:80"}, {"198.18.1.2:80"})});
  EXPECT_EQ(policy.listener(1).ring, policy.listener(3).ring);
  EXPECT_NE(policy.listener(1).ring, policy.listener(4).ring);
  for (uint32_t i = 0; i < 100; ++i) {
    const Address client = Address::V4(0xc6130000u + i);
    const auto choice = policy.ChooseBackend(policy.listener(1), client, {});
    ASSERT_TRUE(choice);
    EXPECT_EQ(policy.ChooseBackend(policy.listener(2), client, {}), choice);
    EXPECT_EQ(policy.ChooseBackend(policy.listener(3), client, {}), choice);
    EXPECT_EQ(policy.ChooseBackend(policy.listener(4), client, {}), BackendId{2});
    BackendsInUse in_use;
    in_use.Add(*choice);
    EXPECT_NE(policy.ChooseBackend(policy.listener(1), client, in_use), choice);
  }
}

ServiceConfig ServiceFor(std::vector<uint16_t> vlans, std::vector<std::string> listen,
                         std::vector<std::string> backends = {}) {
  ServiceConfig service = Service(std::move(listen), std::move(backends));
  service.vlans = std::move(vlans);
  return service;
}

TEST(Policy, WhoNamesTheVlanGoesFirst) {
  const Endpoint at = At("198.18.0.10:80");
  const Policy policy =
      PolicyOf({ServiceFor({}, {"198.18.0.10:80"}), ServiceFor({10, 30}, {"198.18.0.10:80"}),
                ServiceFor({0}, {"198.18.0.10:80"})});
  const auto service = [&](Vids vids) {
    return policy.listener(policy.Find(at, vids).listener).service;
  };
  EXPECT_EQ(service({20, 0}), 0);
  EXPECT_EQ(service({10, 0}), 1);
  EXPECT_EQ(service({30, 7}), 1) << "the outermost one counts";
  EXPECT_EQ(service({7, 10}), 0);
  EXPECT_EQ(service({}), 2);
  std::set<BackendId> backends;
  std::set<uint16_t> groups;
  for (const uint16_t vlan : {0, 10, 20, 30}) {
    const Policy::Role role = policy.Find(at, {vlan, 0});
    backends.insert(role.backend);
    groups.insert(policy.backend(role.backend).group);
    EXPECT_EQ(policy.listener(role.listener).group, policy.backend(role.backend).group);
  }
  EXPECT_EQ(backends.size(), 4u) << "each may be another host";
  EXPECT_EQ(groups.size(), 4u);
  const BackendId ten = policy.BackendAt({at, 10});
  EXPECT_EQ(ten, policy.Find(at, {10, 0}).backend);
  EXPECT_EQ(ToString(policy.backend(ten).at()), "198.18.0.10:80@10");
  EXPECT_EQ(policy.BackendAt({at, 20}), 0);
}

TEST(Policy, InOtherVlansItIsNobodys) {
  const Policy policy = PolicyOf({ServiceFor({10}, {"198.18.0.10:80"}, {"198.18.0.11:80"})});
  const Address address = *ParseAddress("198.18.0.10"), backend = *ParseAddress("198.18.0.11");
  for (const Vids vids : {Vids{10, 0}, Vids{10, 20}, Vids{20, 10}, Vids{}}) {
    const bool ours = vids.outer == 10;
    EXPECT_EQ(policy.Find(At("198.18.0.10:80"), vids).listener != 0, ours);
    EXPECT_EQ(policy.Find(At("198.18.0.11:80"), vids).backend != 0, ours);
    EXPECT_EQ(policy.IsServiceAddress(address, vids), ours);
    EXPECT_EQ(policy.IsGuardedAddress(address, vids), ours);
    EXPECT_EQ(policy.IsBackendAddress(backend, vids), ours);
    EXPECT_EQ(policy.IsGuardedBackendAddress(backend, vids), ours);
  }
}

// Of an address: of all its ports in that VLAN, not of others.
TEST(Policy, AnAddressIsGuardedByVlan) {
  ServiceConfig off = ServiceFor({10}, {"198.18.0.10:80"});
  off.mode = Mode::kOff;
  const Address address = *ParseAddress("198.18.0.10");
  const Policy alone = PolicyOf({ServiceFor({}, {"198.18.0.10:80"}), off});
  EXPECT_TRUE(alone.IsGuardedAddress(address, {20, 0}));
  EXPECT_FALSE(alone.IsGuardedAddress(address, {10, 0}));
  EXPECT_FALSE(alone.IsGuardedBackendAddress(address, {10, 0}));
  EXPECT_TRUE(alone.IsServiceAddress(address, {10, 0}));
  const Policy beside = PolicyOf({ServiceFor({}, {"198.18.0.10:80", "198.18.0.10:81"}), off});
  EXPECT_TRUE(beside.IsGuardedAddress(address, {10, 0})) << "port 81";
}

TEST(Policy, ChecksAreInTheVlansOfTheService) {
  ServiceConfig service = ServiceFor({10, 0}, {"198.18.0.10:80"});
  service.health.source_v4 = *ParseAddress("198.18.0.250");
  const Policy policy = PolicyOf({service});
  const Endpoint at = At("198.18.0.10:80");
  for (const Vids vids : {Vids{10, 0}, Vids{}}) {
    EXPECT_TRUE(policy.IsCheckSource(*service.health.source_v4, vids));
    const BackendId id = policy.Find(at, vids).backend;
    EXPECT_EQ(Policy::CheckVlanOf(*policy.HealthOf(id), policy.backend(id)), vids.outer);
  }
  EXPECT_FALSE(policy.IsCheckSource(*service.health.source_v4, {20, 0}));
}

TEST(Policy, OneOfTwoHostsIsDrained) {
  Config config;
  config.services = {ServiceFor({10, 20}, {"198.18.0.10:80"})};
  config.drained = {{At("198.18.0.10:80"), 20}};
  const Policy policy(config);
  EXPECT_FALSE(policy.backend(policy.Find(At("198.18.0.10:80"), {10, 0}).backend).drained);
  EXPECT_TRUE(policy.backend(policy.Find(At("198.18.0.10:80"), {20, 0}).backend).drained);
}

TEST(Policy, CookieLifeIsTwoEpochs) {
  Config config;
  config.cookie.epoch = Seconds(10);
  EXPECT_EQ(Policy(config).cookie_life(), Seconds(20));
}

}  // namespace
}  // namespace synsplice::test
