#include "admin/api/table_view.h"

#include <algorithm>

#include "admin/api/flow_view.h"

namespace synsplice {
namespace {

template <typename Page, typename View>
JsonValue PageView(const char* name, const Page& page, View view) {
  JsonValue rows = JsonValue::array();
  for (const auto& row : page.rows) rows.push_back(view(row));
  return {{name, std::move(rows)},
          {"cursor", page.next ? JsonValue(page.next->Text()) : JsonValue()}};
}

JsonValue HandshakeView(const FlowDesk::Page::Row& row, const Snapshot& snapshot) {
  JsonValue flow = FlowView(row, snapshot.services);
  JsonValue view;
  for (const char* key : {"client", "service", "listener", "backend", "vlans", "waits_for"}) {
    view[key] = std::move(flow[key]);
  }
  const FlowRecord::Wait wait = row.record.wait.value_or(FlowRecord::Wait());
  view.update({{"age_ms", wait.since.count()},
               {"retries", wait.retries},
               {"held_frames", wait.held_frames},
               {"worker", row.worker}});
  return view;
}

JsonValue LimitView(const LimitRecord& record, const Snapshot& snapshot) {
  return {{"network", ToString(record.network)},
          {"service", NameOfService(snapshot.services, record.service)},
          {"connections", record.connections},
          {"above", record.above}};
}

// Addresses that several backends have are one neighbour.
JsonValue AddressView(uint16_t neighbour, const Snapshot& snapshot) {
  const auto found = std::ranges::find(snapshot.backends, neighbour, &BackendState::neighbour);
  if (found == snapshot.backends.end()) return {};
  return ToString(found->at.endpoint.address);
}

const char* StateName(const NeighbourRecord& record) {
  if (!record.mac) return "asked";
  return record.learned ? "known" : "doubted";
}

JsonValue NeighbourView(const NeighbourRecord& record, const Snapshot& snapshot) {
  return {{"address", AddressView(record.neighbour, snapshot)},
          {"vlans", VlansView(record.vids.Packed())},
          {"state", StateName(record)},
          {"mac", record.mac ? JsonValue(ToString(*record.mac)) : JsonValue()},
          {"learned_ms", record.learned ? JsonValue(record.learned->count()) : JsonValue()},
          {"unused_ms", record.unused.count()}};
}

JsonValue OfferView(const Offer& offer) {
  return {{"mss", offer.mss},
          {"window_scale", ScaleView(offer.window_scale)},
          {"sack", offer.sack},
          {"timestamps", offer.timestamps},
          {"ecn", offer.ecn}};
}

JsonValue PromiseView(const FlowDesk::PageOf<PromiseRecord>::Row& row, const Snapshot& snapshot) {
  const PromiseRecord& record = row.record;
  return {{"listener", ToString(record.listener)},
          {"service", NameOfService(snapshot.services, record.service)},
          {"worker", row.worker},
          {"now", OfferView(record.current)},
          {"next", record.next ? OfferView(*record.next) : JsonValue()}};
}

}  // namespace

JsonValue HandshakesView(const FlowDesk::Page& page, const Snapshot& snapshot) {
  return PageView("handshakes", page,
                  [&](const auto& row) { return HandshakeView(row, snapshot); });
}

JsonValue LimitsView(const FlowDesk::PageOf<LimitRecord>& page, const Snapshot& snapshot) {
  return PageView("limits", page, [&](const auto& row) { return LimitView(row.record, snapshot); });
}

JsonValue NeighboursView(const FlowDesk::PageOf<NeighbourRecord>& page, const Snapshot& snapshot) {
  return PageView("neighbours", page,
                  [&](const auto& row) { return NeighbourView(row.record, snapshot); });
}

JsonValue PromisesView(const FlowDesk::PageOf<PromiseRecord>& page, const Snapshot& snapshot) {
  return PageView("promises", page, [&](const auto& row) { return PromiseView(row, snapshot); });
}

}  // namespace synsplice
