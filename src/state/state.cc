#include "synsplice/state/state.h"

namespace synsplice {
namespace {

WorkerPlaces ReserveWorker(Layout& layout, const Config& config) {
  const HandshakeConfig& handshake = config.handshake;
  const auto flows = FlowTable::Reserve(layout, config.flow_table_entries);
  return {flows, FlowShares::Reserve(layout, static_cast<uint32_t>(flows.flows.count)),
          HandshakeSlots::Reserve(layout, handshake.slots),
          FairShare::Reserve(layout, handshake.slots),
          FairShare::Reserve(layout, handshake.hold_frames_total)};
}

}  // namespace

StateLayout::StateLayout(const Config& config, unsigned workers)
    : connlimit(ConnlimitTable::Reserve(layout, config.connlimit_table_entries)) {
  for (unsigned i = 0; i < workers; ++i) this->workers.push_back(ReserveWorker(layout, config));
}

}  // namespace synsplice
