// A Bloom filter of networks: nearly all addresses that no prefix holds are told by one load.
//
// Networks are /24 (IPv4) or /32 (IPv6), by their number. Two bits of one word say that something
// of a network may be listed. What is wider than a great many networks has a bit of its own, in a
// small table.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace synsplice {

class NetworkSieve {
 public:
  using Network = uint32_t;

  // For about so many networks of `bits` bits each.
  NetworkSieve(unsigned bits, size_t networks);

  // From `first` to `last`.
  void Add(Network first, Network last);

  bool MayHold(Network network) const {
    const Spot spot = SpotOf(network);
    if ((fine_[spot.word] & spot.bits) == spot.bits) return true;
    const Network wide = network >> kWideBits;
    return has_wide_ && (wide_[wide >> 6] >> (wide & 63) & 1) != 0;
  }

 private:
  // Of networks that share a bit of the small table.
  static constexpr unsigned kWideBits = 12;
  // Setting so many bits takes a tenth of a second. With more, all networks pass.
  static constexpr uint64_t kMostAdded = 1u << 26;

  struct Spot {
    uint64_t word, bits;
  };
  // Of the product of 64 bits those that depend on the whole number.
  Spot SpotOf(Network network) const {
    const uint64_t hash = network * 0x9e3779b97f4a7c15u;
    const auto bit = [hash](unsigned from) { return uint64_t{1} << (hash >> from & 63); };
    return {hash >> shift_, bit(32) | bit(38)};
  }

  unsigned shift_;
  bool has_wide_ = false;
  uint64_t added_ = 0;
  std::vector<uint64_t> fine_, wide_;
};

}  // namespace synsplice
