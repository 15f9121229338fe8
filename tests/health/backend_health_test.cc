// Rule 14: which backends are known to be down.
#include "health/backend_health.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr int64_t kStart = 1700000000000;

class BackendHealthTest : public ::testing::Test {
 protected:
  // The second service has a backend of its own.
  static Config TwoServices() {
    Config config;
    ServiceConfig service;
    service.name = "web";
    service.listen = {*ParseEndpoint("198.18.0.10:80")};
    service.backends = {{*ParseEndpoint("198.18.0.11:80"), std::nullopt},
                        {*ParseEndpoint("198.18.0.12:80"), std::nullopt}};
    config.services = {service, service};
    config.services[1].name = "mail";
    config.services[1].listen = {*ParseEndpoint("198.18.0.10:25")};
    config.services[1].backends = {{*ParseEndpoint("198.18.0.13:25"), std::nullopt}};
    return config;
  }

  // Of clients of two networks, unless one is named.
  void Fail(BackendId backend, int64_t ms) {
    Fail(backend, ms, 7);
    Fail(backend, ms, 8);
  }
  void Fail(BackendId backend, int64_t ms, uint64_t prefix) {
    health_.OnFailure(listener_, backend, prefix, FromMilliseconds(kStart + ms));
  }
  // For a client of a network that met nothing, unless one is named.
  bool IsDown(int64_t ms, uint64_t prefix = 9) const {
    return health_.IsDown(listener_, prefix, FromMilliseconds(kStart + ms));
  }

  Policy policy_{TwoServices()};
  const Listener& listener_ = policy_.listener(1);
  BackendHealth health_{policy_};
};

TEST_F(BackendHealthTest, AllBackendsMustFailForAWhile) {
  for (const int64_t ms : {0, 1000, 2000}) Fail(1, ms);
  EXPECT_FALSE(IsDown(2000));
  for (const int64_t ms : {0, 1000}) Fail(2, ms);
  EXPECT_FALSE(IsDown(2000));
  Fail(2, 2000);
  EXPECT_TRUE(IsDown(2000));
  EXPECT_TRUE(IsDown(9999));
  EXPECT_FALSE(IsDown(10000));
}

// What answers last may be one that gets nobody any more.
TEST_F(BackendHealthTest, AnAnswerOfOneThatIsDrainedOpensNothing) {
  Config config = TwoServices();
  config.drained = {config.services[0].backends[0].endpoint};
  const Policy next(config, policy_);
  health_.Adopt(next, FromMilliseconds(kStart));
  const Listener& listener = next.listener(1);
  for (const int64_t ms : {0, 1000, 2000}) {
    for (const uint64_t prefix : {7, 8}) {
      health_.OnFailure(listener, 2, prefix, FromMilliseconds(kStart + ms));
    }
  }
  const auto is_down = [&] { return health_.IsDown(listener, 9, FromMilliseconds(kStart + 2000)); };
  EXPECT_TRUE(is_down());
  health_.OnSuccess(listener, 1);
  EXPECT_TRUE(is_down());
  health_.OnSuccess(listener, 2);
  EXPECT_FALSE(is_down());
}

TEST_F(BackendHealthTest, ManyFailuresAtOnceSayNothing) {
  for (int i = 0; i < 100; ++i) {
    Fail(1, 0);
    Fail(2, 1999);
  }
  EXPECT_FALSE(IsDown(1999));
}

TEST_F(BackendHealthTest, FailuresWhileDownCloseNothingAgain) {
  for (const BackendId backend : {1, 2}) {
    for (const int64_t ms : {0, 1000, 2000, 5000, 7000, 9000}) Fail(backend, ms);
    for (int i = 0; i < 3; ++i) Fail(backend, 10000);
  }
  EXPECT_FALSE(IsDown(10000)) << "it is open for two seconds at least";
  for (const BackendId backend : {1, 2}) Fail(backend, 12000);
  EXPECT_TRUE(IsDown(12000));
}

TEST_F(BackendHealthTest, OneSuccessEndsIt) {
  for (const BackendId backend : {1, 2}) {
    for (const int64_t ms : {0, 1000, 2000}) Fail(backend, ms);
  }
  health_.OnSuccess(listener_, 1);
  EXPECT_FALSE(IsDown(2000));
}

TEST_F(BackendHealthTest, FailuresAroundASuccessAreNoneInARow) {
  for (const int64_t ms : {0, 1000, 2000}) Fail(2, ms);
  for (const int64_t ms : {0, 1000}) Fail(1, ms);
  health_.OnSuccess(listener_, 1);
  Fail(1, 2000);
  EXPECT_FALSE(IsDown(2000));
}

TEST_F(BackendHealthTest, ThreeFailuresAtLeast) {
  for (const BackendId backend : {1, 2}) {
    Fail(backend, 0, 7);
    Fail(backend, 5000, 8);
  }
  EXPECT_FALSE(IsDown(5000));
}

TEST_F(BackendHealthTest, WhatOneNetworkMetHoldsForIt) {
  for (const BackendId backend : {1, 2}) {
    for (const int64_t ms : {0, 1000, 2000}) Fail(backend, ms, 7);
  }
  EXPECT_TRUE(IsDown(2000, 7));
  EXPECT_FALSE(IsDown(10000, 7));
  EXPECT_FALSE(IsDown(2000, 8));
}

TEST_F(BackendHealthTest, EachServiceIsDownForItself) {
  const Listener& mail = policy_.listener(2);
  const Time start = FromMilliseconds(kStart), now = start + Seconds(2);
  for (int i = 0; i < 3; ++i) health_.OnFailure(mail, 3, 7, start + Seconds(i));
  EXPECT_TRUE(health_.IsDown(mail, 7, now));
  EXPECT_TRUE(health_.IsDownForSome(mail, now));
  EXPECT_FALSE(health_.IsDownForSome(mail, now + BackendHealth::kDownFor));
  EXPECT_FALSE(health_.IsDown(listener_, 7, now));
  EXPECT_FALSE(health_.IsDownForSome(listener_, now));
}

TEST_F(BackendHealthTest, NetworkForWhichOneBackendWorksIsServed) {
  for (const int64_t ms : {0, 1000, 2000}) {
    Fail(1, ms, 7);
    Fail(2, ms, 8);
  }
  for (const uint64_t prefix : {7, 8, 9}) EXPECT_FALSE(IsDown(2000, prefix));
}

TEST_F(BackendHealthTest, NetworkThatAllBackendsShutOutInDifferentWays) {
  for (const int64_t ms : {0, 1000, 2000}) {
    Fail(1, ms);
    Fail(2, ms, 7);
  }
  EXPECT_TRUE(IsDown(2000, 7));
  EXPECT_FALSE(IsDown(2000, 8));
}

TEST_F(BackendHealthTest, WhatASecondNetworkMeetsMeanwhileHoldsForAll) {
  for (const BackendId backend : {1, 2}) {
    for (const int64_t ms : {0, 1000, 2000}) Fail(backend, ms, 7);
    for (const int64_t ms : {2000, 3000, 4000}) Fail(backend, ms, 8);
  }
  for (const uint64_t prefix : {7, 8, 9}) EXPECT_TRUE(IsDown(4000, prefix));
}

class CheckedHealthTest : public BackendHealthTest {
 protected:
  void Find(BackendId backend, bool down, int64_t ms) {
    checks_.SetDown(backend, down, FromMilliseconds(kStart + ms));
    health_.Follow(checks_);
  }
  bool IsDownForAll(BackendId backend, int64_t ms) const {
    return health_.IsDownForAll(backend, FromMilliseconds(kStart + ms));
  }

  BackendChecks checks_{{1, 2}};
};

TEST_F(CheckedHealthTest, WhatChecksFindHoldsUntilTheyFindSomethingElse) {
  Find(1, true, 0);
  EXPECT_TRUE(IsDownForAll(1, 1'000'000));
  EXPECT_FALSE(IsDown(0));
  Find(2, true, 0);
  EXPECT_TRUE(IsDown(1'000'000));
  health_.OnSuccess(listener_, 1);
  EXPECT_TRUE(IsDown(1'000'000)) << "a straggler is no check";
  Find(1, false, 1'000'000);
  EXPECT_FALSE(IsDown(1'000'000));
}

TEST_F(CheckedHealthTest, WhatConnectionsMeetComesOnTop) {
  Find(1, true, 0);
  for (const int64_t ms : {0, 1000, 2000}) Fail(2, ms);
  EXPECT_TRUE(IsDown(2000));
  EXPECT_FALSE(IsDown(10000));
  Find(2, true, 10000);
  Find(2, false, 12000);
  EXPECT_FALSE(IsDown(12000)) << "who is back for its checks is back";
}

// Without a slow start at once, for everybody.
TEST_F(BackendHealthTest, AnAnswerBeforeItIsTriedAgainTakesItUp) {
  for (const int64_t ms : {0, 1000, 2000}) Fail(1, ms);
  health_.OnSuccess(listener_, 1);
  for (uint32_t client = 1; client < 64; ++client) {
    EXPECT_TRUE(health_.Takes(1, Address::V4(client), FromMilliseconds(kStart + 2001)));
  }
}

TEST_F(CheckedHealthTest, ADrainedBackendKeepsNobodyUp) {
  Config config = TwoServices();
  config.drained = {config.services[0].backends[0].endpoint};
  const Policy next(config, policy_);
  health_.Adopt(next, FromMilliseconds(kStart));
  Find(2, true, 0);
  EXPECT_TRUE(health_.IsDown(next.listener(1), 9, FromMilliseconds(kStart)));
}

}  // namespace
}  // namespace synsplice
