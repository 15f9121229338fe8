// What the first fragment of a datagram tells about the later ones, in one byte: the worker that
// they go to, or that they are bridged like it.
//
// Kept before it is known whose flow is proved, so that any first fragment of TCP takes a place.
// What that costs is bounded: a fixed table, one place for a keyed hash, the latest wins. A
// stranger can't aim, and must overwrite a place in the microseconds between two fragments of one
// datagram. What is lost costs a drop by name (fragment_without_first); what is stale goes to a
// worker that drops it so, or to a receiver that has no first fragment for it.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "synsplice/base/side.h"
#include "synsplice/base/siphash.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

class FragmentNotes {
 public:
  static constexpr size_t kPlaces = 8192;  // 64 KB

  explicit FragmentNotes(SipKey seed) : seed_{seed.k1, ~seed.k0}, places_(kPlaces) {}

  // nullopt: what an earlier datagram of the same name noted is void.
  // REQUIRES: packet.IsFragment().
  void Note(const Packet& packet, Side side, std::optional<uint8_t> value);
  std::optional<uint8_t> Find(const Packet& packet, Side side) const;

 private:
  uint64_t HashOf(const Packet& packet, Side side) const;

  SipKey seed_;
  std::vector<uint64_t> places_;  // hash with the value in the low byte; 0: free
};

}  // namespace synsplice
