#include "admin/stray_watch.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

enum Kind { kAck, kSynAck, kRst, kFin, kFragments, kUdp, kIcmp };

class StrayWatchTest : public testing::Test {
 protected:
  StrayWatchTest() {
    snapshot_.taken = FromMilliseconds(1'700'000'000'000);
    snapshot_.services.resize(1);
    service().police = {100, 200, 300, 400, 500, 600, 700};
    LookAfter(Seconds(0));
  }
  ServiceState& service() { return snapshot_.services[0]; }
  void Add(ServiceEvent event, uint64_t count) {
    service().statistics.events[static_cast<size_t>(event)] += count;
  }
  void LookAfter(Milliseconds time) {
    snapshot_.taken += time;
    watch_.Look(snapshot_);
  }
  bool IsAttack(Kind kind) { return service().strays[kind].is_attack; }

  Snapshot snapshot_;
  StrayWatch watch_;
};

TEST_F(StrayWatchTest, EachKindHasItsValue) {
  constexpr ServiceEvent kEvents[] = {ServiceEvent::kCookiesWrong,   ServiceEvent::kStraySynAcks,
                                      ServiceEvent::kStrayRsts,      ServiceEvent::kStrayFins,
                                      ServiceEvent::kStrayFragments, ServiceEvent::kStrayUdp,
                                      ServiceEvent::kStrayIcmp};
  for (size_t kind = 0; kind < kStrayKinds; ++kind) {
    Add(kEvents[kind], 100 * (kind + 1) - 1);
    LookAfter(Seconds(1));
    EXPECT_FALSE(IsAttack(Kind(kind))) << kStrayKindNames[kind];
    Add(kEvents[kind], 100 * (kind + 1));
    LookAfter(Seconds(1));
    for (size_t other = 0; other < kStrayKinds; ++other) {
      EXPECT_EQ(IsAttack(Kind(other)), other == kind) << kStrayKindNames[other];
    }
    EXPECT_EQ(service().strays[kind].per_second, 100 * (kind + 1));
    LookAfter(Seconds(1));
  }
}

TEST_F(StrayWatchTest, AcksByWhateverTheirCookieIs) {
  Add(ServiceEvent::kCookiesWrong, 40);
  Add(ServiceEvent::kCookiesExpired, 30);
  Add(ServiceEvent::kCookiesNeverSent, 30);
  Add(ServiceEvent::kCookiesValid, 1000);
  LookAfter(Seconds(1));
  EXPECT_EQ(service().strays[kAck].per_second, 100);
  EXPECT_TRUE(IsAttack(kAck));
}

TEST_F(StrayWatchTest, DoesNotFlicker) {
  Add(ServiceEvent::kStrayRsts, 300);
  LookAfter(Seconds(1));
  Add(ServiceEvent::kStrayRsts, 150);
  LookAfter(Seconds(1));
  EXPECT_TRUE(IsAttack(kRst));
  Add(ServiceEvent::kStrayRsts, 149);
  LookAfter(Seconds(1));
  EXPECT_FALSE(IsAttack(kRst));
}

TEST_F(StrayWatchTest, PerSecondWhateverPassesBetweenLooks) {
  Add(ServiceEvent::kStrayUdp, 1199);
  LookAfter(Seconds(2));
  EXPECT_FALSE(IsAttack(kUdp));
  Add(ServiceEvent::kStrayUdp, 1200);
  LookAfter(Seconds(2));
  EXPECT_TRUE(IsAttack(kUdp));
}

// As after a reload.
TEST_F(StrayWatchTest, ALookBetweenTheSecondsTellsTheSame) {
  Add(ServiceEvent::kStrayUdp, 600);
  LookAfter(Seconds(1));
  Add(ServiceEvent::kStrayUdp, 60);
  LookAfter(Milliseconds(10));
  EXPECT_TRUE(IsAttack(kUdp));
  EXPECT_EQ(service().strays[kUdp].per_second, 600);
}

TEST_F(StrayWatchTest, AValueThatIsTakenAwayEndsIt) {
  Add(ServiceEvent::kStrayFins, 1000);
  LookAfter(Seconds(1));
  EXPECT_TRUE(IsAttack(kFin));
  service().police.fin = 0;
  Add(ServiceEvent::kStrayFins, 1000);
  LookAfter(Seconds(1));
  EXPECT_FALSE(IsAttack(kFin));
}

TEST_F(StrayWatchTest, OfARemovedServiceNothingIsAnAttack) {
  service().removed = true;
  Add(ServiceEvent::kStrayFins, 1000);
  LookAfter(Seconds(1));
  EXPECT_FALSE(IsAttack(kFin));
}

TEST(StrayWatch, TheFirstLookHasNothingToCompareWith) {
  Snapshot snapshot;
  snapshot.taken = FromMilliseconds(1'700'000'000'000);
  snapshot.services.resize(1);
  snapshot.services[0].police.rst = 1;
  snapshot.services[0].statistics.events.fill(1'000'000);
  StrayWatch watch;
  watch.Look(snapshot);
  EXPECT_FALSE(snapshot.services[0].strays[kRst].is_attack);
}

}  // namespace
}  // namespace synsplice
