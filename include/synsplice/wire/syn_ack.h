// SYN-ACKs with a cookie, written over the SYN that they answer: the most frequent frames of all.
//
// They say what Compose would say; what all answers of a listener share is put together once in a
// burst, and a frame is written in words of 64 bits whose sums are added on the way.
#pragma once

#include "synsplice/base/address.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

// What the answers of one listener have in common.
struct SynAckSkeleton {
  uint16_t listener = 0;  // 0: of none
  bool v6 = false;
  bool ecn = false;
  Address server;
  uint32_t ports = 0;           // the server's in the upper half, as in the header
  uint32_t mss = 0, scale = 0;  // words of options
  uint16_t window = 0;
  uint64_t sum = 0;  // of address, port and MSS

  SynAckSkeleton() = default;
  SynAckSkeleton(uint16_t listener, const Endpoint& server, const Offer& promise, uint16_t window);
};

// What one of them says.
struct SynAck {
  const Address& client;
  uint32_t client_port;
  uint32_t isn;
  uint32_t ack;
  uint32_t tsval;
  uint32_t tsecr;
  const Offer& options;  // that the client gets
  uint32_t flow_label;
  uint8_t hop_limit;
};

// Writes IP header and segment at `ip`; answers their length. Up to four bytes behind are touched.
uint32_t WriteSynAck(uint8_t* ip, const SynAckSkeleton& skeleton, const SynAck& answer);

}  // namespace synsplice
