#include "synsplice/wire/checksum.h"

namespace synsplice {
namespace {

typedef uint64_t Lanes __attribute__((vector_size(32)));

// The halves of all words side by side: a jumbo frame is not to cost many times a short one.
[[gnu::always_inline]] inline uint64_t SumOf(const uint8_t* bytes, size_t length) {
  constexpr uint64_t kLowHalf = 0xffffffffu;
  Lanes low{}, high{};
  for (size_t at = 0; at < length; at += sizeof(Lanes)) {
    Lanes words;
    std::memcpy(&words, bytes + at, sizeof words);
    low += words & kLowHalf;
    high += words >> 32;
  }
  low += high;
  return low[0] + low[1] + low[2] + low[3];
}

[[gnu::target("avx2")]] uint64_t SumAvx2(const uint8_t* bytes, size_t length) {
  return SumOf(bytes, length);
}
uint64_t SumBaseline(const uint8_t* bytes, size_t length) { return SumOf(bytes, length); }

const auto kSum = __builtin_cpu_supports("avx2") ? SumAvx2 : SumBaseline;

}  // namespace

size_t ChecksumSum::AddBlocks(const uint8_t* bytes, size_t length) {
  const size_t whole = length / sizeof(Lanes) * sizeof(Lanes);
  sum_ += kSum(bytes, whole);
  return whole;
}

}  // namespace synsplice
