#include "synsplice/lists/network_sieve.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/prefetch.h"

namespace synsplice {
namespace {

// So many bits for a network: one address in sixteen passes that is of none.
constexpr unsigned kSparseness = 4;
constexpr int kFewestBits = 12, kMostBits = 24;

}  // namespace

NetworkSieve::NetworkSieve(unsigned bits, size_t networks) {
  const int wanted = static_cast<int>(std::bit_width(networks)) + int{kSparseness};
  const int size = std::clamp(wanted, kFewestBits, kMostBits);
  shift_ = 64u - static_cast<unsigned>(size);
  fine_.resize((size_t{1} << size) / 64);
  wide_.resize((size_t{1} << (bits - kWideBits)) / 64);
}

void NetworkSieve::Add(Network first, Network last) {
  if ((last - first) >> kWideBits != 0) {
    has_wide_ = true;
    for (Network wide = first >> kWideBits; wide <= last >> kWideBits; ++wide) Set(wide_, wide);
    return;
  }
  if (added_ > kMostAdded) return;
  added_ += last - first + 1;
  if (added_ > kMostAdded) std::ranges::fill(fine_, ~uint64_t{0});
  for (uint64_t network = first; network <= last; ++network) {
    Set(fine_, SpotOf(static_cast<Network>(network)));
  }
}

void NetworkSieve::Prefetch(Network network) const { PrefetchLine(&fine_[SpotOf(network) >> 6]); }

}  // namespace synsplice
