// Consistent hashing (Karger et al. 1997): which of several backends a client gets.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice {

// Every backend has points on a circle of hash values; a client belongs to the first one behind its
// own. Adding a backend to n moves 1/(n+1) of the clients, all of them to the new one, and a choice
// costs a look at a few points: the cost of a valid ACK must not grow with the list (rendezvous
// hashing, as even without points, asks every backend).
class BackendRing {
 public:
  // The share of a backend differs by 1/sqrt(points), as standard deviation.
  static constexpr size_t kPoints = 512;

  struct Member {
    uint16_t id;
    Endpoint endpoint;
  };
  // Points hang on endpoints, not ids, so that editing a list moves no other client.
  explicit BackendRing(std::span<const Member> members);

  bool empty() const { return ids_.empty(); }

  // The client's backend. If `in_use` has it, another one that is not there, the client's own place
  // in the list and a look at as many as there are in `in_use` at most. nullopt: all are in use.
  std::optional<uint16_t> Choose(const Address& client, std::span<const uint16_t> in_use) const;

 private:
  // The index of the first point that is not below `hash`; behind the last one comes the first.
  size_t PointBehind(uint64_t hash) const;

  std::vector<uint16_t> ids_;
  std::vector<uint64_t> points_;  // sorted; 48 bits of hash, 16 of the id
  // Where the points of each part of the circle begin: a binary search would miss the cache at
  // every step.
  std::vector<uint32_t> parts_;
  int part_shift_ = 0;
};

}  // namespace synsplice
