#include "admin/api/table_view.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

TEST(TableView, AHandshakeSaysHowLongItWaits) {
  FlowRecord record{};
  record.flow.client = *ParseAddress("198.18.0.7");
  record.flow.client_port = 40000;
  record.flow.set_phase(Phase::kWaiting);
  record.listener = record.backend = *ParseEndpoint("198.18.0.1:80");
  record.wait = FlowRecord::Wait{Milliseconds(1500), 2, false, false, 3};
  FlowDesk::Page page;
  page.rows = {{4, record}};
  EXPECT_EQ(HandshakesView(page, ExampleSnapshot()), JsonValue::parse(R"({"handshakes": [
    {"client": "198.18.0.7:40000", "service": "web", "listener": "198.18.0.1:80",
     "backend": "198.18.0.1:80", "vlans": [], "waits_for": "the SYN-ACK of the backend",
     "age_ms": 1500, "retries": 2, "held_frames": 3, "worker": 4}], "cursor": null})"));
}

TEST(TableView, ALimitSaysWhatTheNetworkMayHave) {
  FlowDesk::PageOf<LimitRecord> page;
  page.rows = {{0, {{*ParseAddress("2001:db8::"), 64}, 1, 7, 9}}};
  page.next = FlowCursor{0, 5};
  EXPECT_EQ(LimitsView(page, ExampleSnapshot()), JsonValue::parse(R"({"limits": [
    {"network": "2001:db8::/64", "service": "ssh", "connections": 7, "above": 9}],
    "cursor": "0.5"})"));
}

TEST(TableView, ANeighbourIsAskedKnownOrDoubted) {
  FlowDesk::PageOf<NeighbourRecord> page;
  const Mac mac{{2, 0, 0, 0, 0, 9}};
  page.rows = {{0, {{7, 0}, 1, {}, Milliseconds(11), {}}},
               {0, {{}, 2, mac, Milliseconds(12), Milliseconds(13)}},
               {0, {{}, 3, mac, Milliseconds(14), {}}}};
  EXPECT_EQ(NeighboursView(page, ExampleSnapshot())["neighbours"], JsonValue::parse(R"([
    {"address": "198.18.1.1", "vlans": [7], "state": "asked", "mac": null,
     "learned_ms": null, "unused_ms": 11},
    {"address": "198.18.0.2", "vlans": [], "state": "known", "mac": "02:00:00:00:00:09",
     "learned_ms": 13, "unused_ms": 12},
    {"address": null, "vlans": [], "state": "doubted", "mac": "02:00:00:00:00:09",
     "learned_ms": null, "unused_ms": 14}])"));
}

TEST(TableView, APromiseIsThatOfNowAndThatOfTheNextEpoch) {
  FlowDesk::PageOf<PromiseRecord> page;
  const Endpoint listener = *ParseEndpoint("198.18.0.1:80");
  const Offer offer{1460, 7, true, true, false};
  page.rows = {{0, {listener, 0, offer, {}}}, {1, {listener, 0, Offer{}, offer}}};
  EXPECT_EQ(PromisesView(page, ExampleSnapshot())["promises"], JsonValue::parse(R"([
    {"listener": "198.18.0.1:80", "service": "web", "worker": 0,
     "now": {"mss": 1460, "window_scale": 7, "sack": true, "timestamps": true, "ecn": false},
     "next": null},
    {"listener": "198.18.0.1:80", "service": "web", "worker": 1,
     "now": {"mss": 536, "window_scale": null, "sack": false, "timestamps": false, "ecn": false},
     "next": {"mss": 1460, "window_scale": 7, "sack": true, "timestamps": true,
              "ecn": false}}])"));
}

}  // namespace
}  // namespace synsplice
