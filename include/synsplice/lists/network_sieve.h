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

#include "synsplice/base/huge_allocator.h"

namespace synsplice {

// Addresses side by side, by their halves (AddressWords). Behind the last one there is memory up to
// a multiple of kSieveLanes; rows are aligned to so many words.
inline constexpr size_t kSieveLanes = 4;
struct AddressRows {
  const uint64_t* high;
  const uint64_t* low;
  size_t count;  // 64 at most
};

// A bit for each address that is IPv4.
uint64_t V4In(const AddressRows& rows);

// Of one family.
class NetworkSieve {
 public:
  // From the first to the last of these addresses by their first 64 bits, those of IPv4 followed by
  // zeros and, in the last one, ones.
  struct Range {
    uint64_t first, last;
  };

  // Holds nothing.
  NetworkSieve() : NetworkSieve({}, true) {}
  NetworkSieve(std::span<const Range> ranges, bool v4);

  bool empty() const { return empty_; }
  // Of the address whose low (IPv4) or high half (IPv6) this is.
  bool MayHold(uint64_t half) const;
  // The same of `count` halves at once, a bit for each; see AddressRows.
  uint64_t MayHold(const uint64_t* halves, size_t count) const;

 private:
  struct Spot {
    uint64_t word, bits;
  };
  Spot SpotOf(uint64_t half) const;
  template <typename Visit>
  static void ForEachPart(std::span<const Range> ranges, Visit visit);
  uint64_t CountNetworks(std::span<const Range> ranges) const;
  uint64_t HalfOf(uint64_t bits) const;
  void Add(Range part);
  void AddWide(Range part);
  static uint64_t MayHoldEach(const NetworkSieve& sieve, const uint64_t* halves, size_t count);
  static uint64_t MayHoldAvx2(const NetworkSieve& sieve, const uint64_t* halves, size_t count);

  bool v4_, empty_, has_wide_ = false;
  unsigned network_shift_;  // of the first 64 bits
  unsigned word_shift_;
  uint64_t network_mask_;  // of a half
  std::vector<uint64_t, HugeAllocator<uint64_t>> fine_;
  std::array<uint64_t, 1024> wide_{};  // by the first 16 bits as they stand in memory
};

}  // namespace synsplice
