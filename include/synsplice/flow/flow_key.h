// What both sides' frames tell about their flow.
#pragma once

#include "synsplice/base/address.h"
#include "synsplice/flow/flow.h"

namespace synsplice {

struct FlowKey {
  Address client;
  uint16_t client_port = 0;
  uint32_t packed_vids = 0;
  uint16_t group = 0;

  // Whether a flow that the table's tags name is this key's. Its group is not asked: the same
  // endpoint in another group has another hash and, but for one in 2^13, another tag.
  bool IsOf(const Flow& flow) const {
    return flow.client_port == client_port && flow.client == client &&
           flow.packed_vids() == packed_vids;
  }
};

}  // namespace synsplice
