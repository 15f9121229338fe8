// The Internet checksum: full sums (RFC 1071) and incremental updates (RFC 1624).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "synsplice/base/address.h"

namespace synsplice {

// A one's complement sum, folded lazily. Words are in host order of the big-endian stream: adding
// the bytes 12 34 adds 0x1234.
class ChecksumSum {
 public:
  void Add16(uint16_t word) { sum_ += word; }
  void Add32(uint32_t word) { sum_ += (word >> 16) + (word & 0xffff); }
  // REQUIRES: the bytes start at an even offset of the summed stream.
  void AddBytes(const uint8_t* bytes, size_t length);
  // All 16 bytes of an Address: the ffff of a mapped IPv4 address is a zero of this sum. Taken from
  // registers: an address that was just stored must not be read back in another width.
  void AddAddress(const Address& address) {
    AddNative((address.High() & kLowHalf) + (address.High() >> 32) + (address.Low() & kLowHalf) +
              (address.Low() >> 32));
  }

  uint16_t Folded() const {
    uint64_t sum = (sum_ & 0xffff) + (sum_ >> 16 & 0xffff) + (sum_ >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>((sum & 0xffff) + (sum >> 16));
  }
  uint16_t Checksum() const { return static_cast<uint16_t>(~Folded()); }

 private:
  static constexpr uint64_t kLowHalf = 0xffffffffu;

  // Adds a sum of native words: it is independent of byte order but for one swap at the end
  // (RFC 1071 section 2 (B)). No loop: the number of folds does not depend on the value.
  void AddNative(uint64_t native) {
    native = (native & kLowHalf) + (native >> 32);
    native = (native & 0xffff) + (native >> 16 & 0xffff) + (native >> 32);
    native = (native & 0xffff) + (native >> 16);
    native = (native & 0xffff) + (native >> 16);
    sum_ += __builtin_bswap16(static_cast<uint16_t>(native));
  }

  uint64_t sum_ = 0;
};

inline void ChecksumSum::AddBytes(const uint8_t* bytes, size_t length) {
  uint64_t native = 0;
  for (; length >= 8; bytes += 8, length -= 8) {
    uint64_t word;
    std::memcpy(&word, bytes, sizeof word);
    native += (word & kLowHalf) + (word >> 32);
  }
  if (length & 4) {
    uint32_t word;
    std::memcpy(&word, bytes, sizeof word);
    native += word;
    bytes += 4;
  }
  if (length & 2) {
    uint16_t word;
    std::memcpy(&word, bytes, sizeof word);
    native += word;
    bytes += 2;
  }
  if (length & 1) native += *bytes;  // padded with a zero byte on the right
  AddNative(native);
}

// Collects changes of a checksummed packet and applies them to its checksum field:
// HC' = ~(~HC + ~m + m') (RFC 1624 equation 3).
class ChecksumUpdate {
 public:
  void Replace16(uint16_t from, uint16_t to) {
    sum_.Add16(static_cast<uint16_t>(~from)), sum_.Add16(to);
  }
  void Replace32(uint32_t from, uint32_t to) { sum_.Add32(~from), sum_.Add32(to); }
  // A field at an odd offset lies across two words: its share of the sum is byte-swapped.
  void Replace32(uint32_t from, uint32_t to, bool odd_offset) {
    ChecksumSum part;
    part.Add32(~from);
    part.Add32(to);
    const uint16_t folded = part.Folded();
    sum_.Add16(odd_offset ? __builtin_bswap16(folded) : folded);
  }
  // REQUIRES: even length and even offset in the stream.
  void ReplaceBytes(const uint8_t* from, const uint8_t* to, size_t length);
  void Join(const ChecksumUpdate& other) { sum_.Add16(other.sum_.Folded()); }

  uint16_t Apply(uint16_t checksum) const {
    ChecksumSum total;
    total.Add16(static_cast<uint16_t>(~checksum));
    total.Add16(sum_.Folded());
    return total.Checksum();
  }

 private:
  ChecksumSum sum_;
};

}  // namespace synsplice
