// Ethernet II with 802.1Q / 802.1ad tags.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <span>

#include "synsplice/base/address.h"
#include "synsplice/base/endian.h"

namespace synsplice {

inline constexpr size_t kEthernetLength = 14;
inline constexpr size_t kTagLength = 4;
// Tags, priority tags included, of a frame that is judged (rule 35).
inline constexpr size_t kMaxTags = 8;
inline constexpr size_t kMaxL2Length = kEthernetLength + kMaxTags * kTagLength;
// Three vector registers: what is copied whole, and read as it was written, never waits for stores.
inline constexpr size_t kL2Room = 48;
static_assert(kMaxL2Length <= kL2Room);

inline constexpr uint16_t kEtherTypeIpv4 = 0x0800, kEtherTypeArp = 0x0806, kEtherTypeIpv6 = 0x86dd,
                          kEtherTypeVlan = 0x8100, kEtherTypeQinq = 0x88a8;

// In any order. Linux peels the first two, and priority tags without end; the others are what
// switches from before 802.1ad put outside.
constexpr bool IsTagType(uint16_t type) {
  return type == kEtherTypeVlan || type == kEtherTypeQinq || type == 0x9100 || type == 0x9200 ||
         type == 0x9300;
}

// The VLAN id of the tag number `index`, 0 is the outermost. REQUIRES: the frame has that tag.
inline uint16_t VidAt(const uint8_t* frame, size_t index) {
  return LoadBe16(frame + kEthernetLength + index * kTagLength) & 0xfff;
}

// Sends a frame back where it came from; tags and ethertype stay. REQUIRES: 16 bytes of memory.
inline void SwapMacs(uint8_t* frame) {
  typedef uint16_t Header __attribute__((vector_size(16)));  // two MACs, and two words that stay
  Header header;
  std::memcpy(&header, frame, sizeof header);
  header = __builtin_shufflevector(header, header, 3, 4, 5, 0, 1, 2, 6, 7);
  std::memcpy(frame, &header, sizeof header);
}

// A copied Ethernet header with its tags, as answers and frames of our own need it.
struct L2Header {
  std::array<uint8_t, kL2Room> bytes{};  // anything behind `length`
  uint8_t length = 0;

  static L2Header From(const uint8_t* frame, size_t length) {
    L2Header header;
    header.length = static_cast<uint8_t>(length);
    std::memcpy(header.bytes.data(), frame, length);
    return header;
  }
  Mac destination() const { return MacAt(0); }
  Mac source() const { return MacAt(6); }
  void set_destination(const Mac& mac) { std::memcpy(&bytes[0], mac.bytes.data(), 6); }
  void set_source(const Mac& mac) { std::memcpy(&bytes[6], mac.bytes.data(), 6); }
  void set_ether_type(uint16_t type) { StoreBe16(&bytes[length - 2], type); }
  // The header of the way back.
  L2Header Swapped() const {
    L2Header swapped = *this;
    SwapMacs(swapped.bytes.data());
    return swapped;
  }

 private:
  Mac MacAt(size_t offset) const {
    Mac mac;
    std::memcpy(mac.bytes.data(), &bytes[offset], 6);
    return mac;
  }
};

}  // namespace synsplice
