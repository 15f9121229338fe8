#include "admin/events/event_maker.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"
#include "admin/risk_view.h"
#include "admin/top_sources.h"

namespace synsplice {
namespace {

// Looks once a second.
class EventMakerTest : public testing::Test {
 protected:
  EventMakerTest() {
    for (PortState& port : snapshot_.ports) port.up = true;
    for (ServiceState& service : snapshot_.services) service.statistics.is_flooded = false;
    snapshot_.services[0].strays = {};
    snapshot_.services[1].risk.is_attack = false;
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
            {"duration_s", seconds},
            {"reasons", {"flooded"}},
            {"risk_percent", 412},
            {"peak_risk_percent", 412},
            {"incomplete_percent", 19},
            {"windows", WindowsView(ExampleRisk())},
            {"top_sources",
             {{{"source", "198.18.2.1"}, {"syns", 92}, {"error", 3}, {"risk_percent", 412}},
              {{"source", "198.18.2.2"}, {"syns", 60}, {"error", 0}, {"risk_percent", 0}}}}};
  }

  // Without pressure, of which its own test tells.
  static Snapshot Calm() {
    Snapshot snapshot = ExampleSnapshot();
    snapshot.flows = snapshot.handshakes = snapshot.connlimit_places = {1, 100};
    return snapshot;
  }

  Snapshot snapshot_ = Calm();
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

// A reload publishes between two looks.
TEST_F(EventMakerTest, AMomentTellsNoRate) {
  LookAfter(5000, true);
  ServiceStatistics& statistics = snapshot_.services[1].statistics;
  statistics.events[static_cast<size_t>(ServiceEvent::kSyns)] += 50;
  snapshot_.taken += Milliseconds(1);
  EXPECT_EQ(maker_.Look(snapshot_), JsonValue::array());
  snapshot_.taken -= Milliseconds(1);
  JsonValue events = LookAfter(4950, false);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["attack_end"]["peak_syns_per_second"], 5000);
  statistics.is_flooded = true;
  snapshot_.taken += Milliseconds(1);
  events = maker_.Look(snapshot_);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["attack_start"]["syns_per_second"], 5000) << "that of the look before";
  EXPECT_EQ(events[0]["attack_start"]["duration_s"], 1);
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

// Rule 45: whatever tells of it, it is one attack.
TEST_F(EventMakerTest, AnAttackHasAllItsReasons) {
  ServiceRisk& risk = snapshot_.services[1].risk;
  risk.is_attack = true;
  JsonValue events = LookAfter(500, false);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["event_type"], "attack_start");
  EXPECT_EQ(events[0]["attack_start"]["reasons"].dump(), R"(["incomplete","source"])");
  risk.percent = 500;
  EXPECT_EQ(LookAfter(3000, true), JsonValue::array()) << "it goes on";
  risk.percent = 9;
  risk.is_attack = false;
  EXPECT_EQ(LookAfter(3000, true), JsonValue::array()) << "not over yet";
  events = LookAfter(0, false);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0]["event_type"], "attack_end");
  const JsonValue& numbers = events[0]["attack_end"];
  EXPECT_EQ(numbers["reasons"].dump(), R"(["flooded","incomplete","source"])");
  EXPECT_EQ(numbers["risk_percent"], 9);
  EXPECT_EQ(numbers["peak_risk_percent"], 500);
}

TEST_F(EventMakerTest, AReasonIsWhatIsRisky) {
  ServiceRisk& risk = snapshot_.services[1].risk;
  risk.is_attack = true;
  risk.sources.clear();
  EXPECT_EQ(LookAfter(1, false)[0]["attack_start"]["reasons"].dump(), R"(["incomplete"])");
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
    EXPECT_EQ(events[0]["reason"], "connections");
  }
}

TEST_F(EventMakerTest, ABackendThatChecksFindDown) {
  CheckState& check = snapshot_.backends[1].check.emplace();
  EXPECT_EQ(Look(), JsonValue::array());
  for (const bool up : {false, true}) {
    check.up = up;
    check.changed = snapshot_.taken;
    check.result = up ? CheckResult::kAnswered : CheckResult::kSilent;
    const JsonValue events = Look();
    ASSERT_EQ(events.size(), 1u);
    EXPECT_EQ(events[0]["state"], up ? "up" : "down");
    EXPECT_EQ(events[0]["reason"], up ? "check_answered" : "check_silent");
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

TEST_F(EventMakerTest, ClientsThatConnlimitRefuses) {
  snapshot_.services[1].connlimit = {50, 24, 64, ConnlimitConfig::Action::kReset};
  snapshot_.refused = {{*ParseAddress("198.18.3.7"), 1, snapshot_.taken},
                       {*ParseAddress("2001:db8::7"), 1, snapshot_.taken},
                       {*ParseAddress("198.18.3.8"), 99, snapshot_.taken}};
  snapshot_.refused_unheard = 3;
  const JsonValue events = Look();
  ASSERT_EQ(events.size(), 2u) << "there is no service 99";
  const JsonValue numbers = {{"above", 50}, {"network", "198.18.3.0/24"}, {"suppressed", 3}};
  EXPECT_EQ(events[0], (JsonValue{{"timestamp", TimeText(snapshot_.refused[0].when)},
                                  {"src_type", "synsplice"},
                                  {"event_type", "connlimit"},
                                  {"client_ip", "198.18.3.7"},
                                  {"connlimit", numbers},
                                  {"service", "ssh"},
                                  {"reason", "connlimit"}}));
  EXPECT_EQ(events[1]["connlimit"]["network"], "2001:db8::/64");
  EXPECT_EQ(events[1]["connlimit"]["suppressed"], 0);
}

TEST_F(EventMakerTest, ClientsOverARate) {
  ServiceState& service = snapshot_.services[1];
  service.syn_limit = {{3, Seconds(60)}, 5, RateLimit::Action::kLog};
  service.accept_limit_per_source = {{{10, Seconds(1)}, 20, RateLimit::Action::kReset}, 24};
  const Address client = *ParseAddress("198.18.3.7");
  snapshot_.refused = {{client, 1, snapshot_.taken, Reason::kSynLimit},
                       {client, 1, snapshot_.taken, Reason::kAcceptLimitPerSource}};
  const JsonValue events = Look();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0]["event_type"], "limit");
  EXPECT_EQ(events[0]["reason"], "syn_limit");
  EXPECT_FALSE(events[0].contains("client_ip")) << "it is about all clients";
  EXPECT_EQ(events[0]["limit"], JsonValue::parse(R"({"rate": 3, "per_s": 60, "burst": 5,
                                                     "action": "log", "suppressed": 0})"));
  EXPECT_EQ(events[1]["client_ip"], "198.18.3.7");
  EXPECT_EQ(events[1]["service"], "ssh");
  EXPECT_EQ(events[1]["limit"],
            JsonValue::parse(R"({"rate": 10, "per_s": 1, "burst": 20, "action": "reset",
                                 "network": "198.18.3.0/24", "suppressed": 0})"));
}

TEST(EventMaker, TheFirstLookHasNothingToBeComparedWith) {
  EXPECT_TRUE(EventMaker().Look(ExampleSnapshot()).empty());
}

}  // namespace
}  // namespace synsplice
