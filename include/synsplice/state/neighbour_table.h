// MAC addresses of NAT backends, learned on the inside by ARP (RFC 826, RFC 5227 probes) and
// neighbour discovery (RFC 4861). Shared by all workers; look-ups take no lock.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"

namespace synsplice {

// Keyed by (VIDs, Policy::NeighbourId of the address): the same backend may be reached in several
// VLANs. Only who needs a neighbour creates its entry (as RFC 4861 7.2.5 has it), never who speaks
// unasked: hosts on the inside could fill the table in VLANs that no client uses (rule 36). Where
// there is no room the longest unused entry gives its place.
class NeighbourTable {
 public:
  static constexpr size_t kEntries = 8192;
  static constexpr Milliseconds kRequestInterval{1000};  // between requests for one neighbour
  static constexpr Milliseconds kReachableTime{30000};   // RFC 4861 10: then asked again

  // Notes that the entry is used.
  std::optional<Mac> Find(Vids vids, uint16_t neighbour, Time now);

  // Whether a request should be sent now: none was within kRequestInterval, and no answer within
  // kReachableTime or the MAC is `doubted`. Remembers that it was. Creates the entry.
  bool ShouldRequest(Vids vids, uint16_t neighbour, Time now, bool doubted);

  // Whether a request was sent within kRequestInterval: an answer to all nodes is ours then.
  bool WasRequested(Vids vids, uint16_t neighbour, Time now) const;

  // Answers true when the MAC is new or another than before; without an entry nothing is learned.
  bool Learn(Vids vids, uint16_t neighbour, const Mac& mac, Time now);

  // What the entry at a place holds, of kEntries places; nullopt: nothing.
  struct Known {
    Vids vids;
    uint16_t neighbour;
    std::optional<Mac> mac;
    Time used;
    std::optional<Time> learned;  // nullopt: never, or in doubt
  };
  std::optional<Known> At(size_t place) const;

  // Every neighbour may be elsewhere (a link came up again): all are asked at their next use.
  void SuspectAll();

  // Changes whenever a MAC becomes known that was not: a cheap way to see that waiting may be over.
  uint64_t generation() const { return generation_.load(std::memory_order_acquire); }
  // Changes with every SuspectAll.
  uint64_t suspicion() const { return suspicion_.load(std::memory_order_acquire); }

 private:
  struct alignas(64) Entry {
    std::atomic<uint64_t> key{0};        // 1 bit in use, 24 bits VIDs, 16 bits neighbour id
    std::atomic<uint64_t> mac{0};        // 1 bit known, 48 bits
    std::atomic<int64_t> used_at{0};     // milliseconds UTC, as all of these
    std::atomic<int64_t> learned_at{0};  // 0: in doubt
    std::atomic<int64_t> requested_at{0};
  };
  class Hold;

  const Entry* FindEntry(uint64_t key) const;
  Entry* FindEntry(uint64_t key) {
    return const_cast<Entry*>(const_cast<const NeighbourTable*>(this)->FindEntry(key));
  }
  Entry* Create(uint64_t key, int64_t now);
  Entry* PlaceFor(uint64_t key, int64_t now);

  std::array<Entry, kEntries> entries_;
  std::atomic_flag writing_;  // taken where keys or MACs change
  std::atomic<uint64_t> generation_{0};
  std::atomic<uint64_t> suspicion_{0};
};

}  // namespace synsplice
