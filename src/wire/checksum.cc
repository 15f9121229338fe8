#include "synsplice/wire/checksum.h"

#include <cstring>

#include "synsplice/base/endian.h"

namespace synsplice {

// Sums native 32-bit words and swaps once: the one's complement sum is independent of byte order
// (RFC 1071 section 2 (B)).
void ChecksumSum::AddBytes(const uint8_t* bytes, size_t length) {
  uint64_t native = 0;
  for (; length >= 4; bytes += 4, length -= 4) {
    uint32_t word;
    std::memcpy(&word, bytes, sizeof word);
    native += word;
  }
  if (length & 2) {
    uint16_t half;
    std::memcpy(&half, bytes, sizeof half);
    native += half;
    bytes += 2;
  }
  if (length & 1) native += *bytes;  // padded with a zero byte on the right
  while (native >> 16) native = (native & 0xffff) + (native >> 16);
  sum_ += __builtin_bswap16(static_cast<uint16_t>(native));
}

void ChecksumUpdate::ReplaceBytes(const uint8_t* from, const uint8_t* to, size_t length) {
  for (size_t i = 0; i < length; i += 2) Replace16(LoadBe16(from + i), LoadBe16(to + i));
}

}  // namespace synsplice
