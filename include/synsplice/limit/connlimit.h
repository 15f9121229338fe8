// Counts simultaneous connections per client network, exactly, shared by all workers (rule 29).
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "synsplice/base/address.h"
#include "synsplice/base/siphash.h"

namespace synsplice {

// A fixed hash table of buckets. Each bucket has a spin flag that is taken only when a connection
// opens or closes; under it a key is found or claimed, compared with the limit, and counted.
class ConnlimitTable {
 public:
  enum class Judgement : uint8_t {
    kCounted,    // `slot` holds the place: give it back with Release, once
    kOverLimit,  // `above` connections are open
    kTableFull,  // no room for another key in its bucket
  };
  struct Result {
    Judgement judgement;
    uint32_t slot;  // 24 bits
  };

  static constexpr uint32_t kMaxEntries = 1u << 21;

  // Room for `entries` keys (rounded up to a power of two), 128 bytes each: of so many fewer than
  // one in a thousand finds its bucket full. `seed` keys the hash: who knows it may fill the bucket
  // of a chosen client.
  ConnlimitTable(uint32_t entries, const SipKey& seed);

  // Claims a place for one connection of `network` (already masked) to `service`.
  Result Open(uint16_t service, const Address& network, uint32_t above);
  // REQUIRES: `slot` came from Open and was not released since.
  void Release(uint32_t slot);

  // Places in use, over all keys: 0 when every connection was released.
  uint64_t total() const;

 private:
  struct Entry {
    Address network;
    uint32_t count;
    uint16_t service;
    uint16_t unused;
  };
  static constexpr uint32_t kEntriesPerBucket = 5;
  struct alignas(128) Bucket {
    std::atomic_flag busy;
    Entry entries[kEntriesPerBucket];
  };
  static_assert(sizeof(Bucket) == 128);
  class Hold;

  uint64_t Hash(uint16_t service, const Address& network) const;

  uint32_t mask_;
  SipKey seed_;
  std::unique_ptr<Bucket[]> buckets_;
};

}  // namespace synsplice
