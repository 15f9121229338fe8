// SYN-ACKs with a cookie, written over the SYN that they answer: the most frequent frames of all.
//
// What the answers to one kind of SYN have in common is composed once in a burst; the rest is put
// into a copy, and checksums are the common part's plus what was put in. All is added as it stands
// in the frame, so that nothing is turned for its checksum.
#pragma once

#include "synsplice/base/address.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/tcp/offer.h"
#include "synsplice/wire/checksum.h"

namespace synsplice {

// IP header and segment without what differs.
struct SynAckImage {
  // Bytes that a copy touches, whatever the length.
  static constexpr size_t kSize = 96;

  alignas(32) uint8_t bytes[kSize];
  uint32_t length = 0;
  uint32_t tcp = 0;  // where the segment begins
  bool v6 = false;
  bool timestamps = false;
  uint16_t ip_sum = 0, tcp_sum = 0;  // of what is there, in native order

  SynAckImage() = default;
  // From `server`, which promises and opens a window, to a client that gets these options.
  SynAckImage(const Endpoint& server, const Offer& promise, const Offer& options, uint16_t window,
              uint32_t tsval);
};

// What differs.
struct SynAck {
  AddressWords client;
  uint16_t client_port;
  uint32_t isn;
  uint32_t ack;
  uint32_t tsecr;  // in network order
  uint32_t flow_label;
  uint8_t hop_limit;
};

// Writes IP header and segment at `ip`; answers their length. REQUIRES: room for the whole image.
uint32_t WriteSynAck(uint8_t* ip, const SynAckImage& image, const SynAck& answer);

}  // namespace synsplice
