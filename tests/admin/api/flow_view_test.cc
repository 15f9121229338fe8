#include "admin/api/flow_view.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

FlowDesk::Page::Row ExampleRow(Phase phase) {
  FlowRecord record{};
  record.flow.client = *ParseAddress("2001:db8::7");
  record.flow.client_port = 40000;
  record.flow.set_packed_vids(Vids{7, 8}.Packed());
  record.flow.set_phase(phase);
  record.flow.set_timestamps(TimestampMode::kShift);
  record.flow.counted = 1;
  record.flow.delta_or_slot = 11;
  record.flow.timestamp_delta = 12;
  record.flow.client_scale = 7;
  record.flow.promised_scale = 8;
  record.flow.server_scale = kNoScale;
  record.flow.client_end = Seq{13};
  record.flow.client_ack = Seq{14};
  record.flow.server_end = Seq{15};
  record.flow.server_ack = Seq{16};
  record.listener = *ParseEndpoint("[2001:db8::1]:80");
  record.backend = *ParseEndpoint("[2001:db8::2]:8080");
  record.service = 1;
  record.idle = Seconds(17);
  record.timeout = Seconds(18);
  return {2, record};
}

JsonValue View(const FlowDesk::Page::Row& row) { return FlowView(row, ExampleSnapshot().services); }

TEST(FlowView, ASplicedFlow) {
  EXPECT_EQ(View(ExampleRow(Phase::kEstablished)), JsonValue::parse(R"({
    "client": "[2001:db8::7]:40000", "listener": "[2001:db8::1]:80",
    "backend": "[2001:db8::2]:8080", "service": "ssh", "vlans": [7, 8],
    "phase": "established", "waits_for": "segments of either end", "idle_s": 17, "timeout_s": 18,
    "worker": 2, "opened_by": "client", "connlimit": true, "wait": null,
    "translation": {"sequence_delta": 11, "timestamps": "shifted", "timestamp_delta": 12,
                    "client_scale": 7, "promised_scale": 8, "server_scale": null,
                    "sack_stripped": false},
    "numbers": {"client_end": 13, "client_ack": 14, "server_end": 15, "server_ack": 16}
  })"));
}

TEST(FlowView, AHandshake) {
  FlowDesk::Page::Row row = ExampleRow(Phase::kWaiting);
  row.record.wait = FlowRecord::Wait{Milliseconds(1500), 2, false, false, 3};
  JsonValue view = View(row);
  EXPECT_EQ(view["wait"],
            JsonValue::parse(R"({"since_ms": 1500, "retries": 2, "held_frames": 3})"));
  EXPECT_EQ(view["waits_for"], "the SYN-ACK of the backend");
  for (const char* none : {"translation", "numbers", "timeout_s"}) {
    EXPECT_TRUE(view[none].is_null()) << none;
  }
  row.record.wait->for_neighbour = true;
  EXPECT_EQ(View(row)["waits_for"], "the MAC address of the backend");
  row.record.wait->for_neighbour = false;
  row.record.wait->for_turn = true;
  EXPECT_EQ(View(row)["waits_for"], "its turn at the service or the backend");
}

TEST(FlowView, EveryPhaseWaitsForSomething) {
  for (size_t i = 0; i < kPhaseCount; ++i) {
    const JsonValue view = View(ExampleRow(Phase(i)));
    EXPECT_EQ(view["phase"], Name(Phase(i)));
    EXPECT_NE(view["waits_for"], "");
  }
}

TEST(FlowView, OpenedByTheServer) {
  FlowDesk::Page::Row row = ExampleRow(Phase::kEstablished);
  row.record.flow.server_opened = 1;
  row.record.flow.set_packed_vids(0);
  row.record.service = 9;  // of a configuration that is gone
  const JsonValue view = View(row);
  EXPECT_EQ(view["opened_by"], "server");
  EXPECT_EQ(view["vlans"].dump(), "[]");
  EXPECT_TRUE(view["translation"].is_null());
  EXPECT_TRUE(view["service"].is_null());
}

TEST(FlowView, APage) {
  FlowDesk::Page page;
  EXPECT_EQ(FlowsView(page, ExampleSnapshot()).dump(), R"({"flows":[],"cursor":null})");
  page.rows = {ExampleRow(Phase::kClosed)};
  page.next = FlowCursor{1, 2};
  const JsonValue view = FlowsView(page, ExampleSnapshot());
  EXPECT_EQ(view["flows"].size(), 1u);
  EXPECT_EQ(view["cursor"], "1.2");
}

}  // namespace
}  // namespace synsplice
