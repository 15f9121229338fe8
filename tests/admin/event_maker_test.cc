#include "admin/event_maker.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

// Looks once a second.
class EventMakerTest : public testing::Test {
 protected:
  EventMakerTest() {
    for (PortState& port : snapshot_.ports) port.up = true;
    for (ServiceState& service : snapshot_.services) service.statistics.is_flooded = false;
    for (BackendState& backend : snapshot_.backends) backend.statistics.down_at = {};
    EXPECT_EQ(Look(), JsonValue::array());
  }

  JsonValue Look() {
    snapshot_.taken += Seconds(1);
    return maker_.Look(snapshot_);
  }
  // The second service meets so many SYNs.
  JsonValue LookAfter(uint64_t syns, bool flooded) {
    ServiceStatistics& statistics = snapshot_.services[1].statistics;
    statistics.events[static_cast<size_t>(ServiceEvent::kSyns)] += syns;
    statistics.is_flooded = flooded;
    return Look();
  }
  static JsonValue Numbers(int64_t now, int64_t peak, int64_t mean, int64_t seconds) {
    return {{"syns_per_second", now},
            {"peak_syns_per_second", peak},
            {"mean_syns_per_second", mean},
            {"duration_s", seconds}};
  }

  Snapshot snapshot_ = ExampleSnapshot();
  EventMaker maker_;
};

TEST_F(EventMakerTest, NothingNewIsNoEvent) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(Look(), JsonValue::array());
  EXPECT_EQ(LookAfter(1'000'000, false), JsonValue::array());
}

TEST_F(EventMakerTest, AFloodFromItsBeginningToItsEnd) {
  JsonValue events = LookAfter(5000, true);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0], (JsonValue{{"timestamp", TimeText(snapshot_.taken)},
                                  {"src_type", "synsplice"},
                                  {"event_type", "attack_start"},
                                  {"service", "ssh"},
                                  {"attack_start", Numbers(5000, 5000, 5000, 1)}}));
  EXPECT_EQ(LookAfter(9000, true), JsonValue::array());
  EXPECT_EQ(LookAfter(1000, true), JsonValue::array());
  events = LookAfter(0, false);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["event_type"], "attack_end");
  EXPECT_EQ(events[0]["attack_end"], Numbers(0, 9000, 3750, 4));
  EXPECT_EQ(LookAfter(0, false), JsonValue::array());
}

TEST_F(EventMakerTest, AFloodThatGoesOnIsToldNowAndThen) {
  LookAfter(100, true);
  int updates = 0;
  for (int second = 0; second < 30; ++second) {
    for (const JsonValue& event : LookAfter(100, true)) {
      EXPECT_EQ(event["event_type"], "attack_update");
      EXPECT_EQ(event["attack_update"]["mean_syns_per_second"], 100);
      ++updates;
    }
  }
  EXPECT_EQ(updates, 3);
}

TEST_F(EventMakerTest, BackendsThatGoDownAndComeBack) {
  for (const bool down : {true, false}) {
    snapshot_.backends[1].statistics.down_at = down ? snapshot_.taken : Time{};
    const JsonValue events = Look();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["event_type"], "backend");
    EXPECT_EQ(events[0]["backend"], "198.18.0.2:22");
    EXPECT_EQ(events[0]["services"].dump(), R"(["ssh","more"])");
    EXPECT_EQ(events[0]["state"], down ? "down" : "up");
  }
}

TEST_F(EventMakerTest, ModesThatAreSwitched) {
  snapshot_.services[1].mode = Mode::kOff;
  const JsonValue events = Look();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["event_type"], "mode");
  EXPECT_EQ(events[0]["service"], "ssh");
  EXPECT_EQ(events[0]["mode"].dump(), R"({"before":"always","after":"off"})");
  EXPECT_EQ(Look(), JsonValue::array());
}

TEST_F(EventMakerTest, AnAdaptiveServiceThatTurns) {
  snapshot_.services[1].mode = Mode::kAdaptive;
  EXPECT_EQ(Look()[0]["mode"]["challenged"], false);
  for (const bool challenged : {true, false}) {
    snapshot_.services[1].statistics.is_challenged = challenged;
    const JsonValue events = Look();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(
        events[0]["mode"],
        (JsonValue{{"before", "adaptive"}, {"after", "adaptive"}, {"challenged", challenged}}));
  }
  // Workers take a mode one after another: that is no turn of its own.
  snapshot_.services[1].mode = Mode::kAlways;
  EXPECT_EQ(Look().size(), 1u);
  snapshot_.services[1].statistics.is_challenged = true;
  EXPECT_EQ(Look().size(), 0u);
}

TEST_F(EventMakerTest, PortsThatGoDownAndComeBack) {
  for (const bool up : {false, true}) {
    snapshot_.ports[1].up = up;
    const JsonValue events = Look();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["event_type"], "port");
    EXPECT_EQ(events[0]["port"], "inside");
    EXPECT_EQ(events[0]["device"], "eth6");
    EXPECT_EQ(events[0]["state"], up ? "up" : "down");
  }
}

TEST(EventMaker, TheFirstLookHasNothingToBeComparedWith) {
  EXPECT_TRUE(EventMaker().Look(ExampleSnapshot()).empty());
}

}  // namespace
}  // namespace synsplice
