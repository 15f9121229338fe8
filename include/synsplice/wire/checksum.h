// The Internet checksum: full sums (RFC 1071) and incremental updates (RFC 1624).
#pragma once

#include <cstddef>
#include <cstdint>

namespace synsplice {

// A one's complement sum, folded lazily. Words are in host order of the big-endian stream: adding
// the bytes 12 34 adds 0x1234.
class ChecksumSum {
 public:
  void Add16(uint16_t word) { sum_ += word; }
  void Add32(uint32_t word) { sum_ += (word >> 16) + (word & 0xffff); }
  // REQUIRES: the bytes start at an even offset of the summed stream.
  void AddBytes(const uint8_t* bytes, size_t length);

  uint16_t Folded() const {
    uint64_t sum = sum_;
    while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
    return static_cast<uint16_t>(sum);
  }
  uint16_t Checksum() const { return static_cast<uint16_t>(~Folded()); }

 private:
  uint64_t sum_ = 0;
};

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
