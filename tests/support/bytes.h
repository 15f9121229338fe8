// The writer under the test frames: appends big-endian values to bytes.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice::test {

inline void Put8(std::vector<uint8_t>& to, unsigned value) {
  to.push_back(static_cast<uint8_t>(value));
}

inline void Put16(std::vector<uint8_t>& to, unsigned value) {
  Put8(to, value >> 8);
  Put8(to, value);
}

inline void Put32(std::vector<uint8_t>& to, uint32_t value) {
  Put16(to, value >> 16);
  Put16(to, value);
}

inline void PutBytes(std::vector<uint8_t>& to, std::span<const uint8_t> bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

inline void PutAddress(std::vector<uint8_t>& to, const Address& address) {
  for (size_t i = address.IsV4() ? 12 : 0; i < 16; ++i) Put8(to, address.bytes[i]);
}

inline unsigned Get16(std::span<const uint8_t> from, size_t at) {
  return static_cast<unsigned>(from[at]) << 8 | from[at + 1];
}

inline uint32_t Get32(std::span<const uint8_t> from, size_t at) {
  return Get16(from, at) << 16 | Get16(from, at + 2);
}

inline void Set16(std::vector<uint8_t>& to, size_t at, unsigned value) {
  to[at] = static_cast<uint8_t>(value >> 8);
  to[at + 1] = static_cast<uint8_t>(value);
}

inline Address GetAddress(std::span<const uint8_t> from, size_t at, bool v6) {
  Address address;
  if (!v6) address.bytes[10] = address.bytes[11] = 0xff;
  const size_t first = v6 ? 0 : 12;
  for (size_t i = first; i < 16; ++i) address.bytes[i] = from[at + i - first];
  return address;
}

}  // namespace synsplice::test
