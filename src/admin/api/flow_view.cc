#include "admin/api/flow_view.h"

#include <fmt/format.h>

namespace synsplice {
namespace {

const char* TimestampsName(TimestampMode mode) {
  switch (mode) {
    case TimestampMode::kNone:
      return "none";
    case TimestampMode::kShift:
      return "shifted";
    case TimestampMode::kSynthesise:
      break;
  }
  return "made";
}

bool IsTranslated(const FlowRecord& record) {
  return !record.wait && record.flow.phase() != Phase::kRefused && !record.flow.server_opened;
}

// What turns one end's segments into the other's; null where nothing is (yet).
JsonValue TranslationView(const FlowRecord& record) {
  if (!IsTranslated(record)) return {};
  const Flow& flow = record.flow;
  return {{"sequence_delta", flow.delta_or_slot},
          {"timestamps", TimestampsName(flow.timestamps())},
          {"timestamp_delta", flow.timestamp_delta},
          {"client_scale", ScaleView(flow.client_scale)},
          {"promised_scale", ScaleView(flow.promised_scale)},
          {"server_scale", ScaleView(flow.server_scale)},
          {"sack_stripped", flow.strip_sack != 0}};
}

// Behind what each end has sent, and what it has acknowledged, in the server's numbers.
JsonValue NumbersView(const FlowRecord& record) {
  if (record.wait) return {};
  const Flow& flow = record.flow;
  return {{"client_end", flow.client_end.value},
          {"client_ack", flow.client_ack.value},
          {"server_end", flow.server_end.value},
          {"server_ack", flow.server_ack.value}};
}

JsonValue WaitView(const FlowRecord& record) {
  if (!record.wait) return {};
  return {{"since_ms", record.wait->since.count()},
          {"retries", record.wait->retries},
          {"held_frames", record.wait->held_frames}};
}

std::string WaitsFor(const FlowRecord& record) {
  if (record.wait && record.wait->for_turn) return "its turn at the service or the backend";
  if (record.wait && record.wait->for_neighbour) return "the MAC address of the backend";
  switch (record.flow.phase()) {
    case Phase::kWaiting:
      return "the SYN-ACK of the backend";
    case Phase::kAborted:
      return "the backend's answer to a client that has gone";
    case Phase::kEstablished:
      return "segments of either end";
    case Phase::kClientClosed:
      return "the server's FIN";
    case Phase::kServerClosed:
      return "the client's FIN";
    case Phase::kClosing:
      return "the last ACK";
    case Phase::kTimeWait:
    case Phase::kClosed:
      return "its removal; late segments are translated";
    case Phase::kRefused:
      break;
  }
  return "its removal; late segments meet a RST";
}

}  // namespace

JsonValue VlansView(uint32_t packed) {
  const Vids vids = Vids::Unpack(packed);
  JsonValue view = JsonValue::array();
  for (const uint16_t vid : {vids.outer, vids.inner}) {
    if (vid != 0) view.push_back(vid);
  }
  return view;
}

JsonValue ScaleView(uint8_t scale) { return scale == kNoScale ? JsonValue() : JsonValue(scale); }

JsonValue FlowView(const FlowDesk::Page::Row& row, const std::vector<ServiceState>& services) {
  const FlowRecord& record = row.record;
  const Flow& flow = record.flow;
  return {{"client", ToString(Endpoint{flow.client, flow.client_port})},
          {"listener", ToString(record.listener)},
          {"backend", ToString(record.backend)},
          {"service", NameOfService(services, record.service)},
          {"vlans", VlansView(flow.packed_vids())},
          {"phase", Name(flow.phase())},
          {"waits_for", WaitsFor(record)},
          {"idle_s", record.idle.count()},
          {"timeout_s", record.wait ? JsonValue() : JsonValue(record.timeout.count())},
          {"worker", row.worker},
          {"opened_by", flow.server_opened ? "server" : "client"},
          {"connlimit", flow.counted != 0},
          {"wait", WaitView(record)},
          {"translation", TranslationView(record)},
          {"numbers", NumbersView(record)}};
}

JsonValue FlowsView(const FlowDesk::Page& page, const Snapshot& snapshot) {
  JsonValue flows = JsonValue::array();
  for (const auto& row : page.rows) flows.push_back(FlowView(row, snapshot.services));
  return {{"flows", std::move(flows)},
          {"cursor", page.next ? JsonValue(page.next->Text()) : JsonValue()}};
}

}  // namespace synsplice
