// Rules 3 and 16: what a turn of the epoch changes is prepared in slices before it.
#include "state/epoch_turn.h"

#include <gtest/gtest.h>

#include "io/memory/state_memory.h"
#include "support/proxy_harness.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

constexpr size_t kLists = 3, kListenersEach = 200, kBackendsEach = 400;

Endpoint EndpointOf(const char* network, size_t number) {
  Endpoint endpoint = *ParseEndpoint(network);
  endpoint.address.bytes[14] = static_cast<uint8_t>(number >> 8);
  endpoint.address.bytes[15] = static_cast<uint8_t>(number);
  return endpoint;
}

Config ManyListeners() {
  Config config;
  config.cookie.secret = {1, 2};
  config.services.resize(kLists);
  for (size_t list = 0; list < kLists; ++list) {
    ServiceConfig& service = config.services[list];
    for (size_t i = 0; i < kListenersEach; ++i) {
      service.listen.push_back(EndpointOf("198.18.0.0:80", list * kListenersEach + i + 1));
    }
    for (size_t i = 0; i < kBackendsEach; ++i) {
      service.backends.push_back(
          {EndpointOf("198.19.0.0:80", list * kBackendsEach + i + 1), std::nullopt});
    }
  }
  return config;
}

class EpochTurn : public ::testing::Test {
 protected:
  // A worker that has seen many SYN-ACKs.
  struct Worker {
    explicit Worker(EpochTurn& test)
        : context(test.policy_, test.shared_, {}, kStart, test.workers_++) {}

    void Teach(uint64_t seed) {
      std::mt19937_64 random(seed);
      const Offer asked{1460, 7, true, true, true};
      for (size_t id = 1; id < context.policy->backend_count(); ++id) {
        const Offer answer{static_cast<uint16_t>(1200 + random() % 260),
                           static_cast<uint8_t>(random() % 12), random() % 200 != 0,
                           random() % 200 != 0, random() % 2 != 0};
        for (int i = 0; i < 3; ++i) {
          context.promises.Learn(static_cast<BackendId>(id), asked, answer, context.now);
        }
      }
    }
    bool PrepareAt(Time now) {
      context.now = now;
      return PrepareEpoch(context);
    }
    void TurnAt(Time now) {
      context.now = now;
      if (context.jar.TurnIsDue(now)) TurnEpoch(context);
    }
    uint32_t CookieOf(ListenerId listener) const {
      const CookieTuple tuple{*ParseAddress("198.18.0.12"), 40000, listener, 0, 7};
      return context.jar.Bake(context.now, tuple, {1460, 7, true, false, false}).isn;
    }
    CookieJar::Judgement Judge(ListenerId listener, uint32_t isn) const {
      const CookieTuple tuple{*ParseAddress("198.18.0.12"), 40000, listener, 0, 7};
      return context.jar.Verify(context.now, {tuple, isn, std::nullopt}).judgement;
    }

    Context context;
  };

  Time BeginOfNext(const Worker& worker) const {
    return worker.context.jar.BeginOfEpoch(worker.context.now + policy_.config().cookie.epoch);
  }
  void ExpectTheSame(const Worker& a, const Worker& b) const {
    for (size_t i = 1; i < policy_.listener_count(); ++i) {
      const auto id = static_cast<ListenerId>(i);
      for (const bool bit : {false, true}) {
        ASSERT_EQ(a.context.promises.Of(id, bit), b.context.promises.Of(id, bit)) << id;
      }
      ASSERT_EQ(a.context.promises.Current(id), b.context.promises.Current(id)) << id;
      ASSERT_EQ(a.CookieOf(id), b.CookieOf(id)) << id;
      ASSERT_EQ(b.Judge(id, a.CookieOf(id)), CookieJar::Judgement::kValid) << id;
    }
    EXPECT_EQ(a.context.counters.Get(Event::kPromisesChanged),
              b.context.counters.Get(Event::kPromisesChanged));
  }

  Policy policy_{ManyListeners()};
  StateMemory memory_{policy_.config(), 3};
  Shared shared_{memory_.state(), {}, kOutsideMac, kInsideMac};
  unsigned workers_ = 0;
};

TEST_F(EpochTurn, SlicesComeToTheSame) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  Worker sliced(*this), half(*this), at_once(*this);
  for (int epoch = 0; epoch < 3; ++epoch) {
    for (Worker* worker : {&sliced, &half, &at_once}) worker->Teach(seed + epoch);
    const Time turn = BeginOfNext(sliced);
    const uint32_t told = sliced.CookieOf(7);
    for (Time now = turn - kPreparationTime; now < turn; now += Milliseconds(1)) {
      sliced.PrepareAt(now);
    }
    half.PrepareAt(turn - Milliseconds(2)), half.PrepareAt(turn - Milliseconds(1));
    for (Worker* worker : {&sliced, &half, &at_once}) worker->TurnAt(turn);
    ExpectTheSame(sliced, at_once);
    ExpectTheSame(half, at_once);
    EXPECT_EQ(sliced.Judge(7, told), CookieJar::Judgement::kValid) << "of the epoch before";
  }
  EXPECT_GT(at_once.context.counters.Get(Event::kPromisesChanged), 2 * kLists * kListenersEach);
}

// All lists and all listeners, each once; nothing is left to the turn.
TEST_F(EpochTurn, SlicesAreBounded) {
  Worker worker(*this);
  const Time turn = BeginOfNext(worker);
  EXPECT_FALSE(worker.PrepareAt(turn - kPreparationTime - Milliseconds(1)));
  EXPECT_EQ(worker.context.promises.prepared(), 1u) << "too early";
  size_t calls = 1;
  static_assert(kPreparationSteps < kBackendsEach);
  EXPECT_TRUE(worker.PrepareAt(turn - kPreparationTime));
  EXPECT_EQ(worker.context.promises.prepared(), 1u) << "the first list is not folded yet";
  for (bool more = true; more; ++calls) {
    const size_t before = worker.context.promises.prepared();
    more = worker.PrepareAt(turn - kPreparationTime);
    ASSERT_LE(worker.context.promises.prepared(), before + kPreparationSteps);
    ASSERT_EQ(worker.context.jar.prepared(), worker.context.promises.prepared());
  }
  EXPECT_EQ(worker.context.jar.prepared(), policy_.listener_count());
  const size_t steps = kLists * (kBackendsEach + kListenersEach);
  EXPECT_EQ(calls, (steps + kPreparationSteps - 1) / kPreparationSteps);
  EXPECT_FALSE(worker.PrepareAt(turn - Milliseconds(1))) << "no more is due";
}

// What a listener promises is what its cookies stand for: both were decided in one moment.
TEST_F(EpochTurn, WhatIsLearnedBehindItWaitsForTheNextOne) {
  Worker worker(*this);
  const Time turn = BeginOfNext(worker);
  while (worker.PrepareAt(turn - Milliseconds(1))) {
  }
  const Offer before = worker.context.promises.Current(1);
  worker.Teach(1);
  worker.TurnAt(turn);
  EXPECT_EQ(worker.context.promises.Current(1), before);
  const uint32_t told = worker.CookieOf(1);
  worker.TurnAt(BeginOfNext(worker));
  EXPECT_NE(worker.context.promises.Current(1), before);
  EXPECT_EQ(worker.Judge(1, told), CookieJar::Judgement::kValid);
}

// Ticks prepare.
TEST_F(EpochTurn, IsPartOfTheTimers) {
  ProxyHarness harness(ManyListeners());
  Outbox outbox;
  const Time turn = BeginOfNext(Worker(*this));
  size_t calls = 1;
  while (harness.proxy().Tick(turn - Milliseconds(1), outbox)) ++calls;
  EXPECT_GT(calls, kLists * kBackendsEach / kPreparationSteps);
  EXPECT_FALSE(harness.proxy().Tick(turn - Milliseconds(1), outbox));
}

}  // namespace
}  // namespace synsplice::test
