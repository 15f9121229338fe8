// A Bloom filter of networks: nearly all addresses that no prefix holds are told by one load.
//
// Networks are /24 (IPv4) or /32 (IPv6), by their number. A bit says that something of a network
// may be listed. What is wider than a great many networks has a bit of its own, in a small table.
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
    return Has(fine_, SpotOf(network)) || (has_wide_ && Has(wide_, network >> kWideBits));
  }
  void Prefetch(Network network) const;

 private:
  // Of networks that share a bit of the small table.
  static constexpr unsigned kWideBits = 12;
  // Setting so many bits takes a tenth of a second. With more, all networks pass.
  static constexpr uint64_t kMostAdded = 1u << 26;

  static bool Has(const std::vector<uint64_t>& bits, uint64_t spot) {
    return bits[spot >> 6] >> (spot & 63) & 1;
  }
  static void Set(std::vector<uint64_t>& bits, uint64_t spot) {
    bits[spot >> 6] |= uint64_t{1} << (spot & 63);
  }
  uint64_t SpotOf(Network network) const { return network * 0x9e3779b97f4a7c15u >> shift_; }

  unsigned shift_;
  bool has_wide_ = false;
  uint64_t added_ = 0;
  std::vector<uint64_t> fine_, wide_;
};

}  // namespace synsplice
