// ParseFrame: the only place that believes a length.
//
// It walks Ethernet, VLAN tags, IPv4 or IPv6 with extension headers, TCP and its
// options, and answers what it could trust. It does not judge whose traffic it is: a frame that is
// broken carries the reason, and the proxy drops it only when its addresses are a service's.
#pragma once

#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/reason.h"

namespace synsplice {

// TCP header flags, as in byte 13 of the header.
inline constexpr uint8_t kFin = 0x01, kSyn = 0x02, kRst = 0x04, kPsh = 0x08, kAck = 0x10,
                         kUrg = 0x20, kEce = 0x40, kCwr = 0x80;

// Option kinds (IANA tcp-parameters).
inline constexpr uint8_t kOptionEnd = 0, kOptionNop = 1, kOptionMss = 2, kOptionWindowScale = 3,
                         kOptionSackPermitted = 4, kOptionSack = 5, kOptionTimestamps = 8,
                         kOptionMd5 = 19, kOptionAo = 29;

// What the option walker found; offsets count from the start of the TCP header, 0 = absent.
struct TcpOptions {
  uint16_t mss = 0;           // bytes; 0 = absent
  uint8_t window_scale = 15;  // 15 = absent; values over 14 are 14 (RFC 7323 2.3)
  bool sack_permitted = false;
  bool is_signed = false;         // TCP-MD5 (RFC 2385) or TCP-AO (RFC 5925)
  uint8_t timestamps_offset = 0;  // of the kind byte
  uint8_t sack_offset = 0;        // of the kind byte
  uint8_t sack_length = 0;        // with kind and length bytes
};

// Which part of a datagram the frame carries (RFC 791 3.2, RFC 8200 4.5).
struct Fragment {
  uint32_t id = 0;      // IPv4: 16 bits
  uint16_t offset = 0;  // of the part in the datagram, in units of 8 bytes
  uint16_t begin = 0;   // of the part in the frame; 0: the frame is no fragment
  bool more = false;    // the part is not the last one
};

// A parsed frame. Valid as long as the frame's memory is.
struct Packet {
  enum class Kind : uint8_t {
    kOther,   // nothing that the proxy looks at: bridge
    kTcp,     // all fields below are set; of a first fragment too, see `fragment`
    kBroken,  // IP with trusted addresses, then `reason`; ports are 0 unless they were read
    kArp,     // `l3` points at a complete IPv4-over-Ethernet ARP message
    kIcmp,    // ICMP or ICMPv6, not a fragment: `l4` points at its complete first 8 bytes
    // A fragment that may continue a TCP segment: addresses and `fragment` are set, `protocol` is
    // what it claims to continue.
    kLaterFragment,
    kHidden,  // behind more tags than are walked: nobody knows whose it is
  };

  FrameBuffer* frame = nullptr;
  Kind kind = Kind::kOther;
  Reason reason = Reason::kNone;
  bool v6 = false;
  uint8_t protocol = 0;  // of kBroken too: 6 when it is (or would be) TCP
  uint8_t flags = 0;     // TCP flags
  uint16_t l3 = 0;       // offset of the IP (ARP) header = length of the Ethernet header with tags
  uint16_t l4 = 0;       // offset of the TCP (ICMP) header
  uint32_t payload = 0;  // offset of the TCP payload
  uint32_t end = 0;      // offset behind the IP packet; Ethernet padding follows
  uint16_t tags = 0;     // VLAN tags in the frame, priority tags included
  Vids vids;             // of its first two tags that are no priority tags (802.1Q 6.7: VID 0)
  Endpoint source;
  Endpoint destination;
  uint32_t seq = 0;
  uint32_t ack = 0;
  uint16_t window = 0;  // as in the header, unscaled
  Fragment fragment;
  TcpOptions options;

  uint8_t* data() const { return frame->data; }
  uint8_t* ip() const { return frame->data + l3; }
  uint8_t* tcp() const { return frame->data + l4; }
  uint32_t payload_length() const { return end - payload; }
  // Sequence space that the segment takes: payload, SYN and FIN (RFC 9293 3.4).
  uint32_t segment_length() const {
    return payload_length() + ((flags & kSyn) != 0) + ((flags & kFin) != 0);
  }
  bool Has(uint8_t flag) const { return flags & flag; }
  // RFC 6946: an atomic fragment is a whole packet.
  bool IsFragment() const { return fragment.begin != 0; }
};

// The MSS that a SYN or SYN-ACK offers; without the option the default of RFC 9293 3.7.1.
inline uint16_t OfferedMss(const TcpOptions& options, bool v6) {
  if (options.mss != 0) return options.mss;
  return v6 ? 1220 : 536;
}
inline uint16_t OfferedMss(const Packet& packet) { return OfferedMss(packet.options, packet.v6); }

// A SYN that asks for a connection; ECE, CWR, URG and PSH are tolerated (rule 1).
inline bool IsPlainSyn(const Packet& packet) {
  return packet.kind == Packet::Kind::kTcp && (packet.flags & (kSyn | kAck | kRst | kFin)) == kSyn;
}

// Reads `frame`; `packet.frame` is `&frame`. Never reads past frame.length.
Packet ParseFrame(FrameBuffer& frame);

// Whether the TCP checksum over pseudo-header and segment is right. REQUIRES: kind == kTcp, no
// fragment.
bool TcpChecksumOk(const Packet& packet);

// The IPv4 header's checksum and TCP's: what must hold before a segment decides anything.
// REQUIRES: kind == kTcp, no fragment.
Reason JudgeChecksums(const Packet& packet);

}  // namespace synsplice
