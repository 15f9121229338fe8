#include "admin/events/stray_attacks.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr size_t kRst = 2, kUdp = 5;

class StrayAttacksTest : public testing::Test {
 protected:
  StrayAttacksTest() {
    now_.taken = FromMilliseconds(1'700'000'000'000);
    now_.services.resize(2);
    now_.services[0].name = "web", now_.services[1].name = "ssh";
  }
  // So many RSTs to the second service in a second.
  std::vector<JsonValue> LookAfter(uint64_t frames, bool is_attack) {
    const Snapshot before = now_;
    now_.taken += Seconds(1);
    ServiceState& service = now_.services[1];
    service.statistics.events[static_cast<size_t>(ServiceEvent::kStrayRsts)] += frames;
    service.strays[kRst] = {static_cast<double>(frames), is_attack};
    std::vector<JsonValue> events;
    attacks_.Look(before, now_, [&](const char* type, JsonValue more) {
      more["event_type"] = type;
      events.push_back(more);
    });
    return events;
  }
  static JsonValue Event(const char* type, int64_t now, int64_t peak, int64_t mean,
                         int64_t seconds) {
    return {{"service", "ssh"},
            {"kind", "rst"},
            {type,
             {{"frames_per_second", now},
              {"peak_frames_per_second", peak},
              {"mean_frames_per_second", mean},
              {"duration_s", seconds}}},
            {"event_type", type}};
  }

  Snapshot now_;
  StrayAttacks attacks_;
};

TEST_F(StrayAttacksTest, FromItsBeginningToItsEnd) {
  EXPECT_TRUE(LookAfter(1'000'000, false).empty());
  EXPECT_EQ(LookAfter(5000, true), std::vector{Event("attack_start", 5000, 5000, 5000, 1)});
  EXPECT_TRUE(LookAfter(9000, true).empty());
  EXPECT_EQ(LookAfter(100, false), std::vector{Event("attack_end", 100, 9000, 4700, 3)});
  EXPECT_TRUE(LookAfter(100, false).empty());
}

TEST_F(StrayAttacksTest, OneThatGoesOnIsToldNowAndThen) {
  LookAfter(100, true);
  int updates = 0;
  for (int second = 0; second < 30; ++second) {
    for (const JsonValue& event : LookAfter(100, true)) {
      EXPECT_EQ(event["event_type"], "attack_update");
      EXPECT_EQ(event["attack_update"]["mean_frames_per_second"], 100);
      ++updates;
    }
  }
  EXPECT_EQ(updates, 3);
}

TEST_F(StrayAttacksTest, KindsAreApart) {
  LookAfter(100, true);
  now_.services[1].strays[kUdp] = {50, true};
  const auto events = LookAfter(100, true);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["kind"], "udp");
  EXPECT_EQ(events[0]["event_type"], "attack_start");
}

}  // namespace
}  // namespace synsplice
