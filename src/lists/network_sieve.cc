#include "synsplice/lists/network_sieve.h"

#include <immintrin.h>

#include <algorithm>
#include <bit>

namespace synsplice {
namespace {

// So many bits for a network, four of them set: of addresses that are of none one in 200 passes.
constexpr unsigned kSparseness = 16;
constexpr unsigned kFewestBits = 12, kMostBits = 24;
// With more the sieve would let too much pass: networks are taken larger.
constexpr uint64_t kMostNetworks = (1u << kMostBits) / (kSparseness / 2);
// IPv4: /32, /28, /24; IPv6: /64, /48, /32.
constexpr unsigned kStepV4 = 4, kStepV6 = 16, kSteps = 2;
// Setting so many bits takes a tenth of a second. With more, all addresses pass.
constexpr uint64_t kMostAdded = 1u << 26;

constexpr unsigned kWideShift = 48;
constexpr uint64_t kWideMask = (uint64_t{1} << kWideShift) - 1;

// Behind ::ffff.
constexpr uint64_t kV4Low = 0xffff0000u, kLowMask = 0xffffffffu;

// Of both parts of a half, with 32 bits each: what a CPU multiplies in lanes. The word by the lower
// bits of the sum, all of which go round; the bits by those above.
constexpr uint64_t kFactor = 0x9e3779b1u, kUpperFactor = 0x85ebca77u;
constexpr int kBitShifts[] = {32, 38, 44, 50};

uint64_t V4Each(const AddressRows& rows) {
  uint64_t v4 = 0;
  for (size_t i = 0; i < rows.count; ++i) {
    v4 |= uint64_t{rows.high[i] == 0 && (rows.low[i] & kLowMask) == kV4Low} << i;
  }
  return v4;
}

// Intrinsics: vectors of the compiler load no lane by an index of its own.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i Load(const uint64_t* row) {
  return _mm256_load_si256(reinterpret_cast<const __m256i*>(row));
}

[[gnu::target("avx2"), gnu::always_inline]] inline uint64_t BitsOf(__m256i lanes) {
  return static_cast<uint64_t>(_mm256_movemask_pd(_mm256_castsi256_pd(lanes)));
}

[[gnu::target("avx2")]] uint64_t V4Avx2(const AddressRows& rows) {
  const __m256i low_mask = _mm256_set1_epi64x(kLowMask), v4_low = _mm256_set1_epi64x(kV4Low);
  uint64_t v4 = 0;
  for (size_t i = 0; i < rows.count; i += kSieveLanes) {
    const __m256i low = _mm256_and_si256(Load(rows.low + i), low_mask);
    const __m256i high = _mm256_cmpeq_epi64(Load(rows.high + i), _mm256_setzero_si256());
    v4 |= BitsOf(_mm256_and_si256(high, _mm256_cmpeq_epi64(low, v4_low))) << i;
  }
  return v4;
}

const bool kHasAvx2 = __builtin_cpu_supports("avx2");

}  // namespace

uint64_t V4In(const AddressRows& rows) { return kHasAvx2 ? V4Avx2(rows) : V4Each(rows); }

// Each range as whole /16 and what is left at its ends: visit(part, whether it is whole ones).
template <typename Visit>
void NetworkSieve::ForEachPart(std::span<const Range> ranges, Visit visit) {
  for (const auto [first, last] : ranges) {
    const uint64_t head = first == 0 ? 0 : ((first - 1) >> kWideShift) + 1;
    const uint64_t tail = last == ~uint64_t{0} ? uint64_t{1} << 16 : (last + 1) >> kWideShift;
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

NetworkSieve::NetworkSieve(std::span<const Range> ranges, bool v4)
    : v4_(v4), empty_(ranges.empty()), network_shift_(v4 ? 32 : 0) {
  uint64_t networks = CountNetworks(ranges);
  for (unsigned i = 0; i < kSteps && networks > kMostNetworks; ++i) {
    network_shift_ += v4 ? kStepV4 : kStepV6;
    networks = CountNetworks(ranges);
  }
  network_mask_ = HalfOf(~uint64_t{0} << network_shift_);
  const auto wanted = static_cast<unsigned>(std::bit_width(networks * kSparseness));
  const unsigned size = std::clamp(wanted, kFewestBits, kMostBits);
  word_shift_ = 32 - (size - 6);
  fine_.assign((size_t{1} << size) / 64, networks > kMostAdded ? ~uint64_t{0} : 0);
  ForEachPart(ranges, [&](Range part, bool whole) {
    if (whole) return AddWide(part);
    if (networks <= kMostAdded) Add(part);
  });
}

// As AddressWords has it, of the first 64 bits of an address.
uint64_t NetworkSieve::HalfOf(uint64_t bits) const {
  const uint64_t half = __builtin_bswap64(bits);
  return v4_ ? half << 32 | kV4Low : half;
}

void NetworkSieve::Add(Range part) {
  const uint64_t first = part.first >> network_shift_;
  const uint64_t count = (part.last >> network_shift_) - first + 1;
  for (uint64_t i = 0; i < count; ++i) {
    const Spot spot = SpotOf(HalfOf((first + i) << network_shift_));
    fine_[spot.word] |= spot.bits;
  }
}

void NetworkSieve::AddWide(Range part) {
  has_wide_ = true;
  for (uint64_t wide = part.first >> kWideShift; wide <= part.last >> kWideShift; ++wide) {
    const uint16_t place = __builtin_bswap16(static_cast<uint16_t>(wide));
    wide_[place >> 6] |= uint64_t{1} << (place & 63);
  }
}

inline NetworkSieve::Spot NetworkSieve::SpotOf(uint64_t half) const {
  const uint64_t network = half & network_mask_;
  const uint64_t hash = (network & kLowMask) * kFactor + (network >> 32) * kUpperFactor;
  uint64_t bits = 0;
  for (const int shift : kBitShifts) bits |= uint64_t{1} << (hash >> shift & 63);
  return {static_cast<uint32_t>(hash) >> word_shift_, bits};
}

bool NetworkSieve::MayHold(uint64_t half) const {
  const Spot spot = SpotOf(half);
  if ((fine_[spot.word] & spot.bits) == spot.bits) return true;
  const auto place = static_cast<uint16_t>(v4_ ? half >> 32 : half);
  return (wide_[place >> 6] >> (place & 63) & 1) != 0;
}

uint64_t NetworkSieve::MayHoldEach(const NetworkSieve& sieve, const uint64_t* halves,
                                   size_t count) {
  uint64_t may = 0;
  for (size_t i = 0; i < count; ++i) may |= uint64_t{sieve.MayHold(halves[i])} << i;
  return may;
}

namespace {

// What the table has at each lane's index. One by one: several CPUs have a gather that is slower.
[[gnu::target("avx2"), gnu::always_inline]] inline __m256i Gather(const uint64_t* table,
                                                                  __m256i indices) {
  alignas(__m256i) uint64_t at[kSieveLanes];
  _mm256_store_si256(reinterpret_cast<__m256i*>(at), indices);
  const auto word = [&](size_t lane) { return static_cast<long long>(table[at[lane]]); };
  return _mm256_setr_epi64x(word(0), word(1), word(2), word(3));
}

[[gnu::target("avx2"), gnu::always_inline]] inline __m256i BitAt(__m256i places) {
  const __m256i one = _mm256_set1_epi64x(1), mask = _mm256_set1_epi64x(63);
  return _mm256_sllv_epi64(one, _mm256_and_si256(places, mask));
}

}  // namespace

[[gnu::target("avx2")]] uint64_t NetworkSieve::MayHoldAvx2(const NetworkSieve& sieve,
                                                           const uint64_t* halves, size_t count) {
  const __m256i mask = _mm256_set1_epi64x(static_cast<int64_t>(sieve.network_mask_));
  const __m256i low_mask = _mm256_set1_epi64x(kLowMask), none = _mm256_setzero_si256();
  const __m128i word_shift = _mm_cvtsi32_si128(static_cast<int>(sieve.word_shift_));
  const __m128i wide_shift = _mm_cvtsi32_si128(sieve.v4_ ? 32 : 0);
  uint64_t may = 0;
  for (size_t i = 0; i < count; i += kSieveLanes) {
    const __m256i network = _mm256_and_si256(Load(halves + i), mask);
    const __m256i hash = _mm256_add_epi64(
        _mm256_mul_epu32(network, _mm256_set1_epi64x(kFactor)),
        _mm256_mul_epu32(_mm256_srli_epi64(network, 32), _mm256_set1_epi64x(kUpperFactor)));
    const __m256i words =
        Gather(sieve.fine_.data(), _mm256_srl_epi64(_mm256_and_si256(hash, low_mask), word_shift));
    __m256i bits = none;
#pragma GCC unroll 4
    for (const int shift : kBitShifts) {
      bits = _mm256_or_si256(bits, BitAt(_mm256_srli_epi64(hash, shift)));
    }
    may |= BitsOf(_mm256_cmpeq_epi64(_mm256_andnot_si256(words, bits), none)) << i;
    if (!sieve.has_wide_) continue;
    const __m256i places = _mm256_and_si256(_mm256_srl_epi64(Load(halves + i), wide_shift),
                                            _mm256_set1_epi64x(0xffff));
    const __m256i wide = Gather(sieve.wide_.data(), _mm256_srli_epi64(places, 6));
    const __m256i bit = BitAt(places);
    may |= BitsOf(_mm256_cmpeq_epi64(_mm256_and_si256(wide, bit), bit)) << i;
  }
  return may;
}

uint64_t NetworkSieve::MayHold(const uint64_t* halves, size_t count) const {
  return kHasAvx2 ? MayHoldAvx2(*this, halves, count) : MayHoldEach(*this, halves, count);
}

}  // namespace synsplice
