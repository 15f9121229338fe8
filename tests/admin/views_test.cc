#include "admin/views.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"
#include "admin/risk_view.h"

namespace synsplice {
namespace {

TEST(Views, TimeTextIsUtcWithMilliseconds) {
  EXPECT_EQ(TimeText(FromMilliseconds(1'700'000'000'042)), "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(TimeText(FromMilliseconds(951'782'400'000)), "2000-02-29T00:00:00.000Z");
}

TEST(Views, Version) {
  EXPECT_EQ(VersionView(ExampleSnapshot()),
            JsonValue::parse(R"({"version": "1.2.3", "dpdk": "DPDK 24.11.1"})"));
}

TEST(Views, Status) {
  JsonValue view = StatusView(ExampleSnapshot());
  const JsonValue events = view["events"];
  view.erase("events");
  EXPECT_EQ(view, JsonValue::parse(R"({
    "state": "ready",
    "version": "1.2.3",
    "on_exit": "wire",
    "started": "2023-11-14T22:13:20.900Z",
    "time": "2023-11-14T22:14:20.100Z",
    "uptime_s": 59,
    "workers": 2,
    "flows": {"used": 71, "capacity": 72},
    "handshakes": {"used": 73, "capacity": 74},
    "connlimit_places": {"used": 75, "capacity": 76},
    "buffers": {"used": 77, "capacity": 179}
  })"));
  EXPECT_EQ(events.size(), kEventCount);
  for (size_t i = 0; i < kEventCount; ++i) {
    EXPECT_EQ(events.at(std::string(kEventLabels[i])), kFirstEventCount + i);
  }
}

TEST(Views, StatusIsDegradedWhileAPortIsDown) {
  for (const size_t down : {0, 1}) {
    Snapshot snapshot = ExampleSnapshot();
    snapshot.ports[down].up = false;
    EXPECT_EQ(StatusView(snapshot)["state"], "degraded");
  }
}

TEST(Views, DropsHaveEveryReason) {
  const JsonValue view = DropsView(ExampleSnapshot());
  ASSERT_EQ(view.size(), kReasonCount - 1);
  for (size_t i = 1; i < kReasonCount; ++i) {
    const JsonValue expected = {
        {"reason", kReasonLabels[i]}, {"frames", kFirstDropCount + i}, {"text", kReasonTexts[i]}};
    EXPECT_EQ(view[i - 1], expected);
  }
}

TEST(Views, Ports) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.ports[1].up = false;
  EXPECT_EQ(PortsView(snapshot), JsonValue::parse(R"([
    {"port": "outside", "device": "eth5", "mac": "02:00:00:00:00:05", "up": true,
     "received": {"frames": 51, "bytes": 52, "errors": 53},
     "sent": {"frames": 54, "bytes": 55, "errors": 56}, "missed": 57,
     "prefilter": {"frames": 203, "bytes": 104, "reasons": {"list_block": 101, "syn_budget": 102}},
     "link": {"up": true, "mbit_per_second": 25000, "full_duplex": true},
     "waiting": [58, null], "xstats": {"rx_good_packets": 59}},
    {"port": "inside", "device": "eth6", "mac": "02:00:00:00:00:06", "up": false,
     "received": {"frames": 61, "bytes": 62, "errors": 63},
     "sent": {"frames": 64, "bytes": 65, "errors": 66}, "missed": 67,
     "prefilter": null, "link": null, "waiting": [], "xstats": {}}
  ])"));
}

TEST(Views, Workers) {
  EXPECT_EQ(WorkersView(ExampleSnapshot()), JsonValue::parse(R"([
    {"worker": 0, "frames": 41, "strangers_lost": 42, "busy": 0.25, "heartbeat_age_ms": 1500},
    {"worker": 1, "frames": 43, "strangers_lost": 44, "busy": 0.75, "heartbeat_age_ms": 2750}
  ])"));
}

TEST(Views, Services) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[1].vlans = {10};
  JsonValue view = ServicesView(snapshot);
  ASSERT_EQ(view.size(), 2u);
  EXPECT_EQ(view[0]["detector"], RiskView(ExampleSnapshot().services[0].risk));
  view[0].erase("detector");
  EXPECT_EQ(view[0], JsonValue::parse(R"({
    "service": "web", "removed": false, "mode": "always", "challenged": true, "flooded": true,
    "attacked": true,
    "listen": ["198.18.0.1:80", "[2001:db8::1]:80"],
    "vlans": [],
    "backends": ["198.18.1.1:8080"],
    "events": {"syns": 3000, "cookies_sent": 3001, "cookies_valid": 3002, "cookies_wrong":
        3003, "cookies_expired": 3004, "cookies_never_sent": 3005, "connections_noted": 3006,
        "connections_opened": 3007, "connlimit_rejections": 3008, "down_rejections": 3009,
        "syn_limit_rejections": 3010, "accept_limit_rejections": 3011,
        "backend_busy_rejections": 3012, "stray_syn_acks": 3013, "stray_rsts": 3014,
        "stray_fins": 3015, "stray_fragments": 3016, "stray_udp": 3017, "stray_icmp": 3018,
        "police_drops": 3019, "would_cookies_sent": 3020, "would_connections_opened": 3021,
        "would_connlimit_rejections": 3022, "would_syn_limit_rejections": 3023,
        "would_accept_limit_rejections": 3024, "would_police_drops": 3025,
        "would_down_rejections": 3026, "would_drops": 3027},
    "connections": {"waiting": 3028, "aborted": 3029, "established": 3030, "client_closed":
        3031, "server_closed": 3032, "closing": 3033, "time_wait": 3034, "closed": 3035,
        "refused": 3036},
    "handshakes": {"count": 51765, "total_ms": 3054, "p50_ms": 256, "p99_ms": null},
    "last_second": {"count": 91, "p50_ms": 8, "p99_ms": 8}
  })"));
  EXPECT_EQ(view[1]["service"], "ssh");
  EXPECT_EQ(view[1]["vlans"].dump(), "[10]");
  EXPECT_EQ(view[1]["backends"].dump(), "[]");
  EXPECT_EQ(view[1]["events"]["syns"], 4000);
}

TEST(Views, Backends) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.backends[1].at.vlan = 10;
  const JsonValue view = BackendsView(snapshot);
  ASSERT_EQ(view.size(), 2u);
  EXPECT_EQ(view[0], JsonValue::parse(R"({
    "backend": "198.18.1.1:8080", "up": false, "drained": true, "services": ["web"],
    "check": null,
    "events": {"syns": 5000, "connections_opened": 5001, "refused": 5002, "silent": 5003},
    "answers": {"count": 85204, "total_ms": 5021, "p50_ms": 256, "p99_ms": null}
  })"));
  EXPECT_EQ(view[1]["backend"], "198.18.0.2:22@10");
  EXPECT_EQ(view[1]["up"], true);
  EXPECT_EQ(view[1]["services"].dump(), R"(["ssh","more"])");
  EXPECT_EQ(view[1]["check"], JsonValue::parse(R"({
    "up": true, "since": "2023-11-14T22:14:00.400Z", "result": "refused",
    "checked": "2023-11-14T22:14:10.500Z",
    "counts": {"answered": 91, "refused": 92, "silent": 93, "unresolved": 94}
  })"));
}

TEST(Views, WhoIsDownForItsChecksIsDown) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.backends[1].check = {false, std::nullopt, {}, {}, {}};
  const JsonValue view = BackendsView(snapshot);
  EXPECT_EQ(view[1]["up"], false);
  snapshot.backends[1].check->up = true;
  snapshot.backends[1].check->changed = FromMilliseconds(10);
  snapshot.backends[1].statistics.down_at = FromMilliseconds(9);
  EXPECT_EQ(BackendsView(snapshot)[1]["up"], true) << "connections have met it before";
  snapshot.backends[1].statistics.down_at = FromMilliseconds(11);
  EXPECT_EQ(BackendsView(snapshot)[1]["up"], false);
  for (const char* key : {"since", "result", "checked"})
    EXPECT_TRUE(view[1]["check"][key].is_null());
}

TEST(Views, Sources) {
  const Snapshot snapshot = ExampleSnapshot();
  EXPECT_EQ(SourcesView(snapshot, 2), JsonValue::parse(R"([
    {"source": "198.18.2.1", "service": "ssh", "syns": 92, "error": 3},
    {"source": "2001:db8::/64", "service": "web", "syns": 94, "error": 5}
  ])"));
  EXPECT_EQ(SourcesView(snapshot, 10).size(), 3u);
  EXPECT_EQ(SourcesView(snapshot, 10, uint16_t{1}).size(), 2u);
  EXPECT_EQ(SourcesView(snapshot, 10, uint16_t{0})[0]["source"], "2001:db8::/64");
}

TEST(Views, ListsOfNothingAreLists) {
  for (const JsonValue& view :
       {PortsView({}), WorkersView({}), ServicesView({}), BackendsView({}), SourcesView({}, 9)}) {
    EXPECT_EQ(view.dump(), "[]");
  }
}

}  // namespace
}  // namespace synsplice
