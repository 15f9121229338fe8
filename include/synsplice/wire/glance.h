// The layout that nearly all TCP has: no tags, IPv4 without options or IPv6 without extension
// headers, in one piece. A few masked compares tell it; whatever else there is, ParseFrame reads.
#pragma once

#include <cstring>

#include "synsplice/base/endian.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {

// Bytes as a native word.
template <typename Word>
Word NativeAt(const uint8_t* from) {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

struct Glance {
  const uint8_t* ip = nullptr;
  const uint8_t* tcp = nullptr;
  uint32_t header_length = 0;   // of TCP, with options
  uint32_t segment_length = 0;  // header and payload
  bool v6 = false;

  uint8_t flags() const { return tcp[kTcpFlagsOffset]; }
  uint32_t payload_length() const { return segment_length - header_length; }
  AddressWords source_words() const { return AddressWords::FromWire(ip + SourceOffset(v6), v6); }
  AddressWords destination_words() const {
    return AddressWords::FromWire(ip + DestinationOffset(v6), v6);
  }
  Address source() const { return Address::FromWire(ip + SourceOffset(v6), v6); }
  Address destination() const { return Address::FromWire(ip + DestinationOffset(v6), v6); }
};

// Shorter frames have none.
inline constexpr uint32_t kShortestGlance = kEthernetLength + kIpv4MinLength + kTcpMinLength;

// Whether the headers in front of TCP are of this layout and family: Ethertype, version and header
// length; then fragmentation, TTL, protocol. REQUIRES: kShortestGlance bytes.
template <bool kV6>
[[gnu::always_inline]] inline bool IsPlainTcp(const uint8_t* data) {
  const uint32_t first = NativeAt<uint32_t>(data + 12);
  if (kV6) return (first & 0xf0ffff) == 0x60dd86 && data[20] == kProtocolTcp;
  return (first & 0xffffff) == 0x450008 &&
         (NativeAt<uint32_t>(data + 20) & 0xff00ff3f) == 0x06000000;
}

// False: broken. REQUIRES: IsPlainTcp.
template <bool kV6>
[[gnu::always_inline]] inline bool TakePlainTcp(const FrameBuffer& frame, Glance& glance) {
  constexpr uint32_t kHeader = IpHeaderLength(kV6);
  const uint8_t* ip = glance.ip = frame.data + kEthernetLength;
  const uint32_t ip_length = kV6 ? kIpv6Length + LoadBe16(ip + 4) : LoadBe16(ip + 2);
  if (kEthernetLength + ip_length > frame.length || kHeader + kTcpMinLength > ip_length)
    return false;
  glance.v6 = kV6;
  glance.tcp = ip + kHeader;
  glance.segment_length = ip_length - kHeader;
  glance.header_length = (glance.tcp[12] >> 4) * 4u;
  return glance.header_length >= kTcpMinLength && glance.header_length <= glance.segment_length;
}

// False: something else, or broken. REQUIRES: nothing of `frame`.
[[gnu::always_inline]] inline bool TakeGlance(const FrameBuffer& frame, Glance& glance) {
  if (frame.length < kShortestGlance) return false;
  if (IsPlainTcp<false>(frame.data)) return TakePlainTcp<false>(frame, glance);
  return IsPlainTcp<true>(frame.data) && TakePlainTcp<true>(frame, glance);
}

// Whether the frame is UDP, tags and extension headers aside: never a service's, whole or in
// pieces, whatever else is right about it.
[[gnu::always_inline]] inline bool IsDatagram(const FrameBuffer& frame) {
  if (frame.length < kEthernetLength + kIpv6Length) return false;
  const uint32_t first = NativeAt<uint32_t>(frame.data + 12) & 0xf0ffff;
  return (first == 0x400008 && frame.data[23] == kProtocolUdp) ||
         (first == 0x60dd86 && frame.data[20] == kProtocolUdp);
}

}  // namespace synsplice
