#include "synsplice/lists/network_sieve.h"

#include <algorithm>
#include <bit>

namespace synsplice {
namespace {

// So many bits for a network, four of them set: of addresses that are of none one in 200 passes.
constexpr unsigned kSparseness = 16;
constexpr unsigned kFewestBits = 12, kMostBits = 24;
// With more the sieve would let too much pass: networks are taken larger.
constexpr uint64_t kMostNetworks = (1u << kMostBits) / (kSparseness / 2);
constexpr int kSteps = 2;
// Setting so many bits takes a tenth of a second. With more, all addresses pass.
constexpr uint64_t kMostAdded = 1u << 26;

constexpr unsigned kWideShift = 48;
constexpr SieveKey kWideMask = (SieveKey{1} << kWideShift) - 1;

}  // namespace

NetworkSieve::NetworkSieve() : NetworkSieve({}, 64) {}

// Each range as whole /16 and what is left at its ends: visit(part, whether it is whole ones).
template <typename Visit>
void NetworkSieve::ForEachPart(std::span<const Range> ranges, Visit visit) {
  for (const auto [first, last] : ranges) {
    // Of a whole one, or behind: both ends may lie in the same.
    const SieveKey head = first == 0 ? 0 : ((first - 1) >> kWideShift) + 1;
    const SieveKey tail = last == ~SieveKey{0} ? SieveKey{1} << 16 : (last + 1) >> kWideShift;
    if (head >= tail) {
      visit(Range{first, last}, false);
      continue;
    }
    visit(Range{head << kWideShift, ((tail - 1) << kWideShift) | kWideMask}, true);
    if (first < head << kWideShift) visit(Range{first, (head << kWideShift) - 1}, false);
    if (last >> kWideShift >= tail) visit(Range{tail << kWideShift, last}, false);
  }
}

uint64_t NetworkSieve::CountNetworks(std::span<const Range> ranges) const {
  constexpr uint64_t kEnough = uint64_t{1} << 48;
  uint64_t count = 0;
  ForEachPart(ranges, [&](Range part, bool whole) {
    const uint64_t more = (part.last >> network_shift_) - (part.first >> network_shift_) + 1;
    if (!whole) count = std::min(count + more, kEnough);
  });
  return count;
}

NetworkSieve::NetworkSieve(std::span<const Range> ranges, unsigned finest) {
  network_shift_ = 64 - finest;
  uint64_t networks = CountNetworks(ranges);
  // IPv4: /32, /28, /24; IPv6: /64, /48, /32.
  const unsigned step = finest == 64 ? 16 : 4;
  for (int i = 0; i < kSteps && networks > kMostNetworks; ++i) {
    network_shift_ += step;
    networks = CountNetworks(ranges);
  }
  const auto wanted = static_cast<unsigned>(std::bit_width(networks * kSparseness));
  const unsigned size = std::clamp(wanted, kFewestBits, kMostBits);
  word_shift_ = 64 - size + 6;
  fine_.assign((size_t{1} << size) / 64, networks > kMostAdded ? ~uint64_t{0} : 0);
  ForEachPart(ranges, [&](Range part, bool whole) {
    if (whole) return AddWide(part);
    if (networks <= kMostAdded) Add(part);
  });
}

void NetworkSieve::Add(Range part) {
  const uint64_t first = part.first >> network_shift_;
  const uint64_t count = (part.last >> network_shift_) - first + 1;
  for (uint64_t i = 0; i < count; ++i) {
    const Spot spot = SpotOf(first + i);
    fine_[spot.word] |= spot.bits;
  }
}

void NetworkSieve::AddWide(Range part) {
  has_wide_ = true;
  for (SieveKey wide = part.first >> kWideShift; wide <= part.last >> kWideShift; ++wide) {
    wide_[wide >> 6] |= uint64_t{1} << (wide & 63);
  }
}

}  // namespace synsplice
