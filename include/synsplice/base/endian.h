// Unaligned loads and stores of network byte order: the only way in which the core touches
// multi-byte fields of a frame.
#pragma once

#include <cstdint>
#include <cstring>

namespace synsplice {

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "written for little-endian hosts");

inline uint16_t LoadBe16(const uint8_t* from) {
  uint16_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap16(value);
}

inline uint32_t LoadBe32(const uint8_t* from) {
  uint32_t value;
  std::memcpy(&value, from, sizeof value);
  return __builtin_bswap32(value);
}

inline void StoreBe16(uint8_t* to, uint16_t value) {
  value = __builtin_bswap16(value);
  std::memcpy(to, &value, sizeof value);
}

inline void StoreBe32(uint8_t* to, uint32_t value) {
  value = __builtin_bswap32(value);
  std::memcpy(to, &value, sizeof value);
}

}  // namespace synsplice
