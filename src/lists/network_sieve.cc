#include "synsplice/lists/network_sieve.h"

#include <algorithm>
#include <bit>

namespace synsplice {
namespace {

// So many bits for a network, two of them set: of addresses that are of none one in fifty passes.
constexpr unsigned kSparseness = 4;
constexpr int kFewestBits = 12, kMostBits = 24;

}  // namespace

NetworkSieve::NetworkSieve(unsigned bits, size_t networks) {
  const int wanted = static_cast<int>(std::bit_width(networks)) + int{kSparseness};
  const int size = std::clamp(wanted, kFewestBits, kMostBits);
  shift_ = 64u - static_cast<unsigned>(size) + 6;  // by words
  fine_.resize((size_t{1} << size) / 64);
  wide_.resize((size_t{1} << (bits - kWideBits)) / 64);
}

void NetworkSieve::Add(Network first, Network last) {
  if ((last - first) >> kWideBits != 0) {
    has_wide_ = true;
    for (Network wide = first >> kWideBits; wide <= last >> kWideBits; ++wide) {
      wide_[wide >> 6] |= uint64_t{1} << (wide & 63);
    }
    return;
  }
  if (added_ > kMostAdded) return;
  added_ += last - first + 1;
  if (added_ > kMostAdded) std::ranges::fill(fine_, ~uint64_t{0});
  for (uint64_t network = first; network <= last; ++network) {
    const Spot spot = SpotOf(static_cast<Network>(network));
    fine_[spot.word] |= spot.bits;
  }
}

}  // namespace synsplice
