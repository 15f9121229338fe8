// Counts simultaneous connections per client network, exactly, shared by all workers (rule 29).
//
// Where networks are longer than a client prefix (/24, /64), one prefix has many keys: it may claim
// half as many as are still free (rule 34), so that it can keep out its own clients only.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>

#include "synsplice/base/address.h"
#include "synsplice/base/region.h"
#include "synsplice/base/siphash.h"
#include "synsplice/limit/prefix_counts.h"

namespace synsplice {

// A fixed hash table, two buckets for each key, of which it takes the emptier one. Each bucket has
// a spin flag that is taken only when a connection opens or closes; under both of them a key is
// found or claimed, compared with the limit, and counted.
class ConnlimitTable {
 public:
  enum class Judgement : uint8_t {
    kCounted,    // `slot` holds the place: give it back with Release, once
    kOverLimit,  // `above` connections are open
    kTableFull,  // no room for another key in its bucket, or in its prefix's share
  };
  struct Result {
    Judgement judgement;
    uint32_t slot;  // 24 bits
  };

  static constexpr uint32_t kMaxEntries = 1u << 23;

  // What lies in a region.
  struct Place;
  // Room for `entries` keys, 29 bytes each: of so many fewer than one in a thousand finds both its
  // buckets full.
  static Place Reserve(Layout& layout, uint32_t entries);

  // Begins empty. `seed` keys the hash: who knows it may fill the bucket of a chosen client. The
  // region outlives the table.
  ConnlimitTable(const Region& region, const Place& place, const SipKey& seed);

  // Claims a place for one connection of `network` (already masked) to `service`.
  Result Open(uint16_t service, const Address& network, uint32_t above);
  // REQUIRES: `slot` came from Open and was not released since.
  void Release(uint32_t slot);

  // What is counted, by entries() places, of which most may be empty.
  struct Count {
    uint16_t service;
    Address network;
    uint32_t connections;
  };
  uint32_t entries() const { return static_cast<uint32_t>(buckets_.size()) * kEntriesPerBucket; }
  std::optional<Count> At(uint32_t entry) const;

  // Places in use, over all keys: 0 when every connection was released.
  uint64_t total() const;

 private:
  struct Entry {
    std::array<uint8_t, sizeof(Address)> network;
    uint32_t count : 22;
    uint32_t service : 10;

    bool IsOf(uint16_t of_service, const Address& of_network) const {
      return count != 0 && service == of_service && network == of_network.bytes;
    }
  };
  static_assert(sizeof(Entry) == 20);
  static constexpr uint32_t kEntriesPerBucket = 6;
  struct alignas(128) Bucket {
    std::atomic_flag busy;
    Entry entries[kEntriesPerBucket];
  };
  static_assert(sizeof(Bucket) == 128);
  class Hold;
  using Pair = std::array<uint32_t, 2>;

  // Keys that a prefix may always have: a few services' of a few clients.
  static constexpr uint32_t kKeysOfAnyPrefix = 16;

  Pair BucketsOf(uint16_t service, const Address& network) const;
  Entry* FindEntry(const Pair& pair, uint16_t service, const Address& network);
  Entry* FreeEntry(const Pair& pair);
  uint32_t SlotOf(const Entry& entry) const;
  bool MayClaim(uint64_t prefix) const;
  void CountKey(const Address& network, int32_t change);

  uint32_t most_keys_;
  SipKey seed_;
  std::span<Bucket> buckets_;
  // Touched only when a key is claimed or freed. Workers that claim at the same moment may pass a
  // share by one each: it is no exact limit.
  std::atomic<uint32_t> keys_{0};
  PrefixCounts<std::atomic<uint32_t>> keys_of_;
};

struct ConnlimitTable::Place {
  uint32_t entries;
  Extent<Bucket> buckets;
  PrefixCounts<std::atomic<uint32_t>>::Place keys_of;
};

}  // namespace synsplice
