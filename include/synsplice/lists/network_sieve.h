// A Bloom filter of networks: nearly all addresses that no prefix holds are told by one load.
//
// Networks are as small as a table of 2 MiB allows: single addresses (IPv4) or /64 (IPv6), where
// prefixes are wide and many /24 or /32. Four bits of one word say that something of a network may
// be listed. Whole /16 have a bit of their own, in a small table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace synsplice {

// An address by its first 64 bits, those of IPv4 followed by zeros.
using SieveKey = uint64_t;

class NetworkSieve {
 public:
  struct Range {
    SieveKey first, last;
  };

  // Holds nothing.
  NetworkSieve();
  // `finest`, at most: so many bits of a key make a network. REQUIRES: 64 or 32.
  NetworkSieve(std::span<const Range> ranges, unsigned finest);

  bool MayHold(SieveKey key) const {
    const Spot spot = SpotOf(key >> network_shift_);
    if ((fine_[spot.word] & spot.bits) == spot.bits) return true;
    return has_wide_ && (wide_[key >> 54] >> (key >> 48 & 63) & 1) != 0;
  }

 private:
  struct Spot {
    uint64_t word, bits;
  };
  // The word by the upper bits of the product, the bits by those below.
  Spot SpotOf(uint64_t network) const {
    const uint64_t hash = network * 0x9e3779b97f4a7c15u;
    const auto bit = [hash](unsigned from) { return uint64_t{1} << (hash >> from & 63); };
    return {hash >> word_shift_, bit(22) | bit(28) | bit(34) | bit(40)};
  }
  template <typename Visit>
  static void ForEachPart(std::span<const Range> ranges, Visit visit);
  uint64_t CountNetworks(std::span<const Range> ranges) const;
  void Add(Range part);
  void AddWide(Range part);

  unsigned network_shift_, word_shift_;
  bool has_wide_ = false;
  std::vector<uint64_t> fine_;
  std::array<uint64_t, 1024> wide_{};
};

}  // namespace synsplice
