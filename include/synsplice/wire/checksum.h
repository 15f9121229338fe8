// The Internet checksum: full sums (RFC 1071) and incremental updates (RFC 1624).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "synsplice/base/address.h"

namespace synsplice {

// A one's complement sum of native words, folded to 16 bits. Adding a word to itself turned by half
// its length adds its halves, and their carry to the upper one: no branch depends on the value.
inline uint16_t FoldNative(uint64_t sum) {
  const auto half = static_cast<uint32_t>((sum + (sum << 32 | sum >> 32)) >> 32);
  return static_cast<uint16_t>((half + (half << 16 | half >> 16)) >> 16);
}

// The sum of 64-bit words, for what comes most. They count modulo 2^64 - 1, a multiple of 0xffff:
// what overflows comes back at the lower end.
class WideSum {
 public:
  explicit WideSum(uint64_t native = 0) : sum_(native) {}

  void Add(uint64_t native) {
    const bool carry = __builtin_add_overflow(sum_, native, &sum_);  // add and adc, no compare
    sum_ += carry;
  }
  // Whether it is minus zero of one's complement: nothing was damaged. REQUIRES: a word was not 0.
  bool IsMinusZero() const { return sum_ % 0xffff == 0; }
  // The checksum field, in network order.
  uint16_t NativeChecksum() const { return static_cast<uint16_t>(~FoldNative(sum_)); }

 private:
  uint64_t sum_;
};

// A one's complement sum, folded at the end. It is kept in native order: the sum of native words is
// that of the stream's words with its bytes swapped (RFC 1071 section 2 (B)), and a 32-bit word
// adds what its halves add. Room for 2^16 - 2 words of 32 bits, four times the longest datagram.
class ChecksumSum {
 public:
  // Words in host order of the big-endian stream: adding the bytes 12 34 adds 0x1234.
  void Add16(uint16_t word) { sum_ += __builtin_bswap16(word); }
  void Add32(uint32_t word) { sum_ += __builtin_bswap32(word); }
  // REQUIRES: the bytes start at an even offset of the summed stream.
  void AddBytes(const uint8_t* bytes, size_t length);
  void Join(const ChecksumSum& other) { sum_ += other.sum_; }
  // Takes away four bytes at an even offset.
  void AddComplement(const uint8_t* bytes) {
    sum_ += static_cast<uint32_t>(~Take<uint32_t>(bytes));
  }
  // All 16 bytes of an Address: the ffff of a mapped IPv4 address is a zero of this sum. Taken from
  // registers: an address that was just stored must not be read back in another width.
  void AddAddress(const AddressWords& address) {
    AddNative(address.high);
    AddNative(address.low);
  }

  uint16_t Folded() const { return __builtin_bswap16(FoldNative(sum_)); }
  uint16_t Checksum() const { return static_cast<uint16_t>(~Folded()); }

 private:
  static constexpr uint64_t kLowHalf = 0xffffffffu;

  // Whole blocks; answers how many bytes they have.
  size_t AddBlocks(const uint8_t* bytes, size_t length);
  void AddNative(uint64_t words) { sum_ += (words & kLowHalf) + (words >> 32); }
  // The next bytes of a stream, as one word.
  template <typename Word>
  static Word Take(const uint8_t*& bytes) {
    Word word;
    std::memcpy(&word, bytes, sizeof word);
    bytes += sizeof word;
    return word;
  }

  uint64_t sum_ = 0;
};

inline void ChecksumSum::AddBytes(const uint8_t* bytes, size_t length) {
  constexpr size_t kLong = 128;
  if (length >= kLong) {
    const size_t added = AddBlocks(bytes, length);
    bytes += added;
    length -= added;
  }
  for (; length >= 8; length -= 8) AddNative(Take<uint64_t>(bytes));
  if (length & 4) sum_ += Take<uint32_t>(bytes);
  if (length & 2) sum_ += Take<uint16_t>(bytes);
  if (length & 1) sum_ += *bytes;  // padded with a zero byte on the right
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
    if (!odd_offset) return Replace32(from, to);
    ChecksumSum part;
    part.Add32(~from);
    part.Add32(to);
    const uint16_t folded = part.Folded();
    sum_.Add16(__builtin_bswap16(folded));
  }
  // REQUIRES: length a multiple of four, even offset in the stream.
  void ReplaceBytes(const uint8_t* from, const uint8_t* to, size_t length) {
    for (size_t i = 0; i < length; i += 4) sum_.AddComplement(from + i), sum_.AddBytes(to + i, 4);
  }
  void Join(const ChecksumUpdate& other) { sum_.Join(other.sum_); }

  uint16_t Apply(uint16_t checksum) const {
    ChecksumSum total = sum_;
    total.Add16(static_cast<uint16_t>(~checksum));
    return total.Checksum();
  }

 private:
  ChecksumSum sum_;
};

}  // namespace synsplice
