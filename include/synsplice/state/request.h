// What an operator asks of a worker, and what it answers: plain values that cross threads.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/flow/flow.h"
#include "synsplice/policy/vlan_endpoint.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

class Policy;

// Which flows; what is not set does not matter.
struct FlowFilter {
  std::optional<Prefix> client = {};
  std::optional<uint16_t> client_port = {};
  std::optional<VlanEndpoint> listener = {}, backend = {};  // without a VLAN: in all
  std::optional<uint16_t> service = {};                     // index
  std::optional<Phase> phase = {};
  bool blocked = false;  // by a list, now

  bool operator==(const FlowFilter&) const = default;
};

struct Request {
  enum class Kind : uint8_t {
    kListFlows,
    kClearFlows,      // what either end still sends of them is answered with a RST
    kAdoptPolicy,     // once it is answered, the policy before is not looked at any more
    kPassed,          // once it is answered, nothing that Shared published before is looked at
    kListHandshakes,  // flows again, those that wait for their backends
    kListLimits,      // of all workers together, as the next
    kListNeighbours,
    kListPromises,
  };
  Kind kind = Kind::kListFlows;
  FlowFilter filter;
  uint32_t cursor = 0;             // the entry of the table to begin at
  size_t most = SIZE_MAX;          // records; a reply may have room for fewer
  uint32_t least = 0;              // connections of a network that is told
  const Policy* policy = nullptr;  // to adopt: follows the one before
};

// A flow with what its numbers stand for.
struct FlowRecord {
  // While it waits for its backend.
  struct Wait {
    Milliseconds since{0};
    uint8_t retries = 0;  // SYNs, or requests for the MAC, that were sent again
    bool for_neighbour = false;
    bool for_turn = false;  // others come first
    uint16_t held_frames = 0;
  };

  Flow flow;
  VlanEndpoint listener, backend;
  uint16_t service = 0;
  Seconds idle{0}, timeout{0};  // it is removed when it is idle for longer
  std::optional<Wait> wait;
};

// A client network with connections to a service that has a limit.
struct LimitRecord {
  Prefix network;
  uint16_t service = 0;
  uint32_t connections = 0, above = 0;  // it may have so many
};

// A backend's MAC address in one VLAN.
struct NeighbourRecord {
  Vids vids;
  uint16_t neighbour = 0;  // Backend::neighbour
  std::optional<Mac> mac;
  Milliseconds unused{0};
  std::optional<Milliseconds> learned;  // so long ago; nullopt: never, or it is in doubt
};

// What SYN-ACKs of a listener offer.
struct PromiseRecord {
  VlanEndpoint listener;
  uint16_t service = 0;
  Offer current;
  std::optional<Offer> next;  // from the next epoch on; nullopt: not decided yet
};

// A piece: the table is looked at in pieces, so that no packet waits long. What moves in the table
// meanwhile may be missing or come twice.
struct Reply {
  static constexpr size_t kMostRecords = 32;
  template <typename Record>
  using Records = std::array<Record, kMostRecords>;

  Records<FlowRecord> flows;  // of the kind that was asked for, as the others
  Records<LimitRecord> limits;
  Records<NeighbourRecord> neighbours;
  Records<PromiseRecord> promises;
  size_t count = 0;
  uint32_t next = 0;  // cursor of the next piece
  bool end = false;   // there is none
};

}  // namespace synsplice
