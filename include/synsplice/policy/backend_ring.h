// Consistent hashing (Karger et al. 1997): which of several backends a client gets.
#pragma once

#include <emmintrin.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/prefetch.h"

namespace synsplice {

// Backends that a client must not get, kMost of them.
class BackendsInUse {
 public:
  static constexpr size_t kMost = 16;

  void Add(uint16_t id) { ids_[count_++] = id; }
  size_t count() const { return count_; }
  // All are compared at once: asked for each backend that the client may get.
  bool Has(uint16_t id) const {
    const __m128i wanted = _mm_set1_epi16(static_cast<int16_t>(id));
    const __m128i found =
        _mm_or_si128(_mm_cmpeq_epi16(Eight(0), wanted), _mm_cmpeq_epi16(Eight(kMost / 2), wanted));
    return _mm_movemask_epi8(found) != 0;
  }

 private:
  static_assert(kMost * sizeof(uint16_t) == 2 * sizeof(__m128i));
  __m128i Eight(size_t first) const {
    return _mm_load_si128(reinterpret_cast<const __m128i*>(&ids_[first]));
  }

  alignas(16) std::array<uint16_t, kMost> ids_{};  // nobody is 0
  size_t count_ = 0;
};

// Every backend has points on a circle of hash values; a client belongs to the first one behind its
// own. Adding a backend to n moves 1/(n+1) of the clients, all of them to the new one, and a choice
// costs a look at a few points: the cost of a valid ACK must not grow with the list (rendezvous
// hashing, as even without points, asks every backend).
class BackendRing {
 public:
  // The share of a backend differs by 1/sqrt(points), as standard deviation. Lighter ones have
  // fewer.
  static constexpr size_t kPoints = 512;
  // Backends that a client may be refused by before one is looked for no further.
  static constexpr size_t kMostLooks = 64;

  struct Member {
    uint16_t id;
    Endpoint endpoint;
    uint16_t weight = 1;  // its share is its part of all weights; 0: none
  };
  // Points hang on endpoints, not ids, so that editing a list moves no other client.
  explicit BackendRing(std::span<const Member> members);

  bool empty() const { return ids_.empty(); }

  // The client's backend. If `in_use` has it, another one that is not there. nullopt: all are in
  // use.
  std::optional<uint16_t> Choose(const Address& client, const BackendsInUse& in_use) const;
  void Prefetch(const Address& client) const {
    if (!points_.empty()) PrefetchLine(points_.data() + parts_[PartOf(HashOf(client))]);
  }

  // Another one, that `takes` it: of other places of the circle, where those are that have weight,
  // then of `most` that follow each other in the list: along the circle the points of one would
  // have to be passed, nobody knows how many. nullopt: none of these.
  template <typename Takes>
  std::optional<uint16_t> ChooseOther(const Address& client, size_t most, Takes takes) const {
    if (ids_.size() < 2) return std::nullopt;
    uint64_t hash = HashOf(client);
    for (int draw = 0; draw < kDraws; ++draw) {
      // Who shared the first choice does not share the second: the low half counts now.
      hash = std::rotl(hash, 32) * 0x9e3779b97f4a7c15u;
      if (const uint16_t id = IdBehind(hash); takes(id)) return id;
    }
    return ChooseInList(hash, most, takes);
  }

 private:
  static constexpr uint64_t kIdMask = 0xffff;
  static constexpr int kDraws = 2;

  template <typename Takes>
  std::optional<uint16_t> ChooseInList(uint64_t hash, size_t most, Takes takes) const {
    size_t place = (hash & 0xffffffffu) * ids_.size() >> 32;
    for (size_t step = 0; step < std::min(ids_.size(), most); ++step) {
      if (takes(ids_[place])) return ids_[place];
      if (++place == ids_.size()) place = 0;
    }
    return std::nullopt;
  }

  static uint64_t HashOf(const Address& client);
  size_t PartOf(uint64_t hash) const { return hash >> part_shift_; }
  // Whose point is the first one that is not below `hash`; behind the last one comes the first.
  uint16_t IdBehind(uint64_t hash) const;

  std::vector<uint16_t> ids_;
  std::vector<uint64_t> points_;  // sorted; 48 bits of hash, 16 of the id
  // Where the points of each part of the circle begin: a binary search would miss the cache at
  // every step.
  std::vector<uint32_t> parts_;
  int part_shift_ = 0;
};

}  // namespace synsplice
