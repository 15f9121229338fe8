// When one worker last heard of each backend, as RFC 4861 7.3.1 takes what comes from upper layers
// for a proof that a neighbour is where it was.
#pragma once

#include <cstdint>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"

namespace synsplice {

// One place for each hash: a neighbour that loses it to another one counts as silent, which costs a
// request too many.
class HeardNeighbours {
 public:
  static constexpr size_t kPlaces = 4096;
  // Who says nothing for so long while segments go out to it is asked.
  static constexpr Milliseconds kSilence{3000};

  HeardNeighbours() : places_(kPlaces) {}

  void Note(uint32_t packed_vids, uint16_t neighbour, Time now) {
    const uint64_t key = KeyOf(packed_vids, neighbour);
    places_[Index(key)] = {key, now};
  }
  bool IsSilent(uint32_t packed_vids, uint16_t neighbour, Time now) const {
    const uint64_t key = KeyOf(packed_vids, neighbour);
    const Place& place = places_[Index(key)];
    return place.key != key || now - place.heard_at >= kSilence;
  }
  void Forget() { places_.assign(kPlaces, {}); }

 private:
  struct Place {
    uint64_t key = 0;
    Time heard_at{};
  };
  static uint64_t KeyOf(uint32_t packed_vids, uint16_t neighbour) {
    return uint64_t{packed_vids} << 16 | neighbour;
  }
  static size_t Index(uint64_t key) { return (key * 0x9e3779b97f4a7c15u >> 40) & (kPlaces - 1); }

  std::vector<Place> places_;
};

}  // namespace synsplice
