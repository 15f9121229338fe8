// Cookies over time: epochs, their turns, time stamps.
#include "cookie/jar_fixture.h"

namespace synsplice::test {
namespace {

using enum CookieJar::Judgement;

// Without time stamps a cookie lives until the end of the epoch after its own (rule 3).
TEST_F(JarTest, TwoEpochsAreValid) {
  for (const Milliseconds into : {Milliseconds(0), Milliseconds(15000), Milliseconds(31999)}) {
    const Time baked = EpochStart(3) + into;
    const Cookie cookie = Bake(baked, Tuple(), Options(false));
    EXPECT_EQ(Verify(baked, Tuple(), cookie, false).judgement, kValid);
    EXPECT_EQ(Verify(EpochStart(4), Tuple(), cookie, false).judgement, kValid);
    EXPECT_EQ(Verify(EpochStart(5) - Milliseconds(1), Tuple(), cookie, false).judgement, kValid);
    EXPECT_EQ(Verify(EpochStart(5), Tuple(), cookie, false).judgement, kWrong);
    EXPECT_EQ(Verify(EpochStart(6), Tuple(), cookie, false).judgement, kWrong);
    EXPECT_EQ(Verify(EpochStart(7), Tuple(), cookie, false).judgement, kWrong);
    jar_ = CookieJar({0x0123456789abcdef, 0xfedcba9876543210}, kEpoch, Bindings(), kJarStart);
  }
}

TEST_F(JarTest, ManyTurnsAndPauses) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  Time now = kJarStart;
  for (int i = 0; i < 500; ++i) {
    now += Milliseconds(random() % 200000);
    const bool timestamps = random() & 1;
    const Cookie cookie = Bake(now, Tuple(), Options(timestamps));
    const Time later = now + Milliseconds(random() % kEpoch.count());
    ASSERT_EQ(Verify(later, Tuple(), cookie, timestamps).judgement, kValid) << i;
    now = later;
  }
}

// Rule 5, across the wrap of the 32-bit milliseconds; every option value.
TEST_F(JarTest, TsvalIsNeverInTheFuture) {
  for (int step = 0; step < 4000; step += 7) {
    const Time now = kJarStart + Milliseconds(step);
    for (uint8_t scale = 0; scale <= 15; ++scale) {
      const Offer options{1460, scale, (step & 1) != 0, true, (step & 2) != 0};
      const Cookie cookie = Bake(now, Tuple(), options);
      const auto age =
          static_cast<int32_t>(static_cast<uint32_t>(ToMilliseconds(now)) - cookie.tsval);
      ASSERT_GE(age, 0);
      ASSERT_LT(age, static_cast<int32_t>(kTimestampStep));
      ASSERT_EQ(Verify(now, Tuple(), cookie, true).judgement, kValid);
    }
  }
}

// A client's PAWS check must not see time run backwards between two SYN-ACKs of equal options.
TEST_F(JarTest, TsvalNeverStepsBackForEqualOptions) {
  uint32_t last = Bake(kJarStart, Tuple(), Options(true)).tsval;
  for (int step = 1; step < 4000; ++step) {
    const uint32_t next = Bake(kJarStart + Milliseconds(step), Tuple(), Options(true)).tsval;
    ASSERT_GE(static_cast<int32_t>(next - last), 0);
    last = next;
  }
}

// Rule 4: TSecr older than the cookie life and one step is expired even if the MAC fits. The same
// epoch bit and MAC with an older time: what a replayed or invented echo looks like.
TEST_F(JarTest, OldEchoIsExpired) {
  const Time now = EpochStart(3) + Milliseconds(1000);
  const Cookie cookie = Bake(now, Tuple(), Options(true));
  const auto life = static_cast<uint32_t>(2 * kEpoch.count());
  Cookie old = cookie;
  old.tsval -= life + 2 * kTimestampStep;
  EXPECT_EQ(Verify(now, Tuple(), old, true).judgement, kExpired);
  old.tsval = cookie.tsval - life;
  EXPECT_EQ(Verify(now, Tuple(), old, true).judgement, kValid);
}

TEST_F(JarTest, EchoFromTheFutureIsExpired) {
  const Time now = EpochStart(3) + Milliseconds(1000);
  const Cookie cookie = Bake(now, Tuple(), Options(true));
  Cookie future = cookie;
  // Beyond what the clocks of appliances with one secret may differ by.
  future.tsval += 2048 + 2 * kTimestampStep;
  EXPECT_EQ(Verify(now, Tuple(), future, true).judgement, kExpired);
  future.tsval = cookie.tsval + 0x80000000u;
  EXPECT_EQ(Verify(now, Tuple(), future, true).judgement, kExpired);
}

// Rule 3: near the turn of an epoch clocks may differ by 2 s.
TEST_F(JarTest, ClocksDifferNearTheTurn) {
  CookieJar ahead({0x0123456789abcdef, 0xfedcba9876543210}, kEpoch, Bindings(), kJarStart);
  for (const bool timestamps : {false, true}) {
    const Time here = EpochStart(6) - Milliseconds(500);
    const Time there = EpochStart(6) + Milliseconds(1000);
    ahead.Advance(there);
    const Cookie cookie = ahead.Bake(there, Tuple(), Options(timestamps));
    EXPECT_EQ(Verify(here, Tuple(), cookie, timestamps).judgement, kValid);
  }
}

// An appliance that starts right before the turn has the next epoch's keys already.
TEST_F(JarTest, ClocksDifferNearTheTurnFromTheStartOn) {
  const SipKey secret{0x0123456789abcdef, 0xfedcba9876543210};
  const Time here = EpochStart(6) - Milliseconds(500);
  const CookieJar ahead(secret, kEpoch, Bindings(), EpochStart(6));
  jar_ = CookieJar(secret, kEpoch, Bindings(), here);
  const Cookie cookie = ahead.Bake(EpochStart(6), Tuple(), Options(false));
  EXPECT_EQ(Verify(here, Tuple(), cookie, false).judgement, kValid);
}

// Clocks differ by two seconds at most, a TSval is rounded down by less than a step.
TEST_F(JarTest, EdgesOfARecentTime) {
  const auto now = static_cast<uint32_t>(ToMilliseconds(kJarStart));
  const auto oldest = static_cast<uint32_t>(2 * kEpoch.count()) + kTimestampStep - 1;
  EXPECT_TRUE(jar_.IsRecent(kJarStart, now + 2000));
  EXPECT_FALSE(jar_.IsRecent(kJarStart, now + 2001));
  EXPECT_TRUE(jar_.IsRecent(kJarStart, now - oldest));
  EXPECT_FALSE(jar_.IsRecent(kJarStart, now - oldest - 1));
}

// Away from the turn a cookie of the next epoch is not to be had: nobody could have made it.
TEST_F(JarTest, NextEpochIsInvalidAwayFromTheTurn) {
  CookieJar ahead({0x0123456789abcdef, 0xfedcba9876543210}, kEpoch, Bindings(), kJarStart);
  const Time there = EpochStart(6) + Milliseconds(1);
  ahead.Advance(there);
  const Cookie cookie = ahead.Bake(there, Tuple(), Options(false));
  EXPECT_EQ(Verify(EpochStart(6) - Milliseconds(2500), Tuple(), cookie, false).judgement, kWrong);
}

// The turn prepared listener by listener, some of them or all, is the turn at once.
TEST_F(JarTest, PreparedListenersHaveTheKeysOfTheTurn) {
  const SipKey secret{0x0123456789abcdef, 0xfedcba9876543210};
  std::vector<CookieBinding> changed = Bindings();
  changed[1].promise.mss = 1300;
  const Time turn = EpochStart(1);
  for (size_t prepared = 0; prepared <= changed.size(); ++prepared) {
    CookieJar jar(secret, kEpoch, Bindings(), kJarStart);
    for (size_t i = 0; i < prepared; ++i) jar.PrepareNext(changed[i].promise);
    EXPECT_EQ(jar.prepared(), prepared);
    const bool has_changed = prepared > 1;
    const auto bindings = has_changed ? changed : Bindings();
    for (const Time now : {turn, turn + kEpoch}) {
      const CookieJar expected(secret, kEpoch, bindings, now);
      const Cookie cookie = expected.Bake(now, Tuple(), Options(false));
      EXPECT_EQ(jar.Verify(now - Milliseconds(500), {Tuple(), cookie.isn, std::nullopt}).judgement,
                kValid)
          << "of a clock that has passed the turn";
      jar.Advance(now);
      EXPECT_EQ(jar.prepared(), 0u);
      const Cookie ours = jar.Bake(now, Tuple(), Options(false));
      EXPECT_EQ(ours.isn, cookie.isn) << prepared << " prepared";
    }
  }
}

// What is told already stays good while the next epoch's keys are made.
TEST_F(JarTest, PreparationLeavesTheseEpochsAlone) {
  const Time now = EpochStart(4) - Milliseconds(500);
  const Cookie last = Bake(EpochStart(2), Tuple(), Options(false));
  const Cookie latest = Bake(now, Tuple(), Options(false));
  for (const CookieBinding& binding : Bindings()) {
    Offer promise = binding.promise;
    promise.mss = 1300;
    jar_.PrepareNext(promise);
    EXPECT_EQ(Bake(now, Tuple(), Options(false)).isn, latest.isn);
    EXPECT_EQ(Verify(now, Tuple(), last, false).judgement, kValid);
    EXPECT_EQ(Verify(now, Tuple(), latest, false).judgement, kValid);
  }
  EXPECT_EQ(Verify(EpochStart(4), Tuple(), latest, false).judgement, kValid);
}

}  // namespace
}  // namespace synsplice::test
