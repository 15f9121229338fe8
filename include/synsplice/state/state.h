// Where the core's tables lie: all that grows with the configuration, in one region.
#pragma once

#include <vector>

#include "synsplice/base/region.h"
#include "synsplice/flow/flow_table.h"
#include "synsplice/flow/handshake_slots.h"
#include "synsplice/limit/connlimit.h"
#include "synsplice/limit/fair_share.h"
#include "synsplice/limit/flow_shares.h"
#include "synsplice/policy/config.h"

namespace synsplice {

struct WorkerPlaces {
  FlowTable::Place flows;
  FlowShares::Place flow_shares;
  HandshakeSlots::Place slots;
  FairShare::Place slot_shares;
  FairShare::Place held_shares;
};

struct StateLayout {
  StateLayout(const Config& config, unsigned workers);

  Layout layout;
  ConnlimitTable::Place connlimit;  // of all workers together
  std::vector<WorkerPlaces> workers;
};

// The places with the memory that they are in.
struct State {
  StateLayout places;
  Region region;
};

}  // namespace synsplice
