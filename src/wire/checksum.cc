#include "synsplice/wire/checksum.h"

#include "synsplice/base/endian.h"

namespace synsplice {

// The halves of all words side by side: a jumbo frame is not to cost many times a short one.
size_t ChecksumSum::AddBlocks(const uint8_t* bytes, size_t length) {
  typedef uint64_t Lanes __attribute__((vector_size(16)));
  Lanes low{}, high{};
  const size_t whole = length / sizeof(Lanes) * sizeof(Lanes);
  for (size_t at = 0; at < whole; at += sizeof(Lanes)) {
    Lanes words;
    std::memcpy(&words, bytes + at, sizeof words);
    low += words & kLowHalf;
    high += words >> 32;
  }
  const Lanes both = low + high;
  sum_ += both[0] + both[1];
  return whole;
}

void ChecksumUpdate::ReplaceBytes(const uint8_t* from, const uint8_t* to, size_t length) {
  for (size_t i = 0; i < length; i += 2) Replace16(LoadBe16(from + i), LoadBe16(to + i));
}

}  // namespace synsplice
