// MAC addresses of NAT backends, learned on the inside by ARP (RFC 826, RFC 5227 probes) and
// neighbour discovery (RFC 4861). Shared by all workers, lock-free.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"

namespace synsplice {

// Keyed by (VIDs, Policy::NeighbourId of the address): the same backend may be reached in several
// VLANs. Entries are never removed; a table that is full answers no more questions
// (kNeighbourUnknown drops show it).
class NeighbourTable {
 public:
  static constexpr size_t kEntries = 8192;
  static constexpr Milliseconds kRequestInterval{1000};  // between requests for one neighbour
  static constexpr Milliseconds kReachableTime{30000};   // RFC 4861 10: then asked again

  std::optional<Mac> Find(Vids vids, uint16_t neighbour) const;

  // Whether a request should be sent now (none was within kRequestInterval and no answer within
  // kReachableTime); remembers that it was. Creates the entry.
  bool ShouldRequest(Vids vids, uint16_t neighbour, Time now);

  // Whether a request was sent within kRequestInterval: an answer to all nodes is ours then.
  bool WasRequested(Vids vids, uint16_t neighbour, Time now) const;

  // Answers true when the MAC is new or another than before.
  bool Learn(Vids vids, uint16_t neighbour, const Mac& mac, Time now);

  // Changes with every Learn that answered true: a cheap way to see that waiting may be over.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }

 private:
  struct Entry {
    std::atomic<uint64_t> key{0};          // 1 bit in use, 24 bits VIDs, 16 bits neighbour id
    std::atomic<uint64_t> mac{0};          // 1 bit known, 48 bits
    std::atomic<int64_t> learned_at{0};    // milliseconds UTC
    std::atomic<int64_t> requested_at{0};  // milliseconds UTC
  };

  Entry* FindOrCreate(Vids vids, uint16_t neighbour);
  const Entry* FindEntry(Vids vids, uint16_t neighbour) const;

  std::array<Entry, kEntries> entries_;
  std::atomic<uint64_t> generation_{0};
};

}  // namespace synsplice
