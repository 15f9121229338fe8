// The two ends of the fuzzed connections: they remember the numbers that synsplice tells them, so
// that a fuzz input can speak of "the next byte" and gets past the cookie.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "support/icmp_frame.h"
#include "support/tcp_frame.h"
#include "synsplice/base/side.h"

namespace synsplice::fuzz {

using test::Bytes;
using test::TcpFrame;

// One client endpoint and its connection, as far as both ends know it.
struct Peer {
  Endpoint client;
  Endpoint listener;
  Endpoint backend;  // where the SYN to the backend went
  std::vector<uint16_t> tags;
  uint32_t isn_c = 0;
  uint32_t isn_p = 0;  // of the latest SYN-ACK
  uint32_t isn_s = 0;
  uint32_t tsval_p = 0;           // of the latest SYN-ACK
  uint32_t client_timestamp = 0;  // TSval that the client sends
  uint32_t server_timestamp = 0;
  uint32_t client_said = 0;  // sequence space behind the SYN
  uint32_t server_said = 0;
};

// What a fuzz input says of a segment; deltas move it away from the right number.
struct SegmentPlan {
  uint8_t flags = 0;
  uint32_t seq_delta = 0;
  uint32_t ack_delta = 0;
  uint16_t window = 0;
  uint8_t options = 0;  // PeerOption
  size_t payload = 0;   // bytes
  Bytes raw_options;    // whole words; in place of `options` when not empty
};

enum PeerOption : uint8_t {
  kWithTimestamps = 1,
  kWithSackBlock = 2,
  kWithMss = 4,
  kWithScale = 8,
  kWithSackPermitted = 16,
  kWithFourBlocks = 32,
  kWithFarTimestamps = 64,  // TSval and TSecr that nobody has sent
  kWithOddScale = 128,      // 15
};

class Peers {
 public:
  static constexpr size_t kCount = 8;

  Peers();

  Peer& operator[](size_t index) { return peers_[index % kCount]; }

  // The frame and what saying it changes at its sender.
  TcpFrame FromClient(Peer& peer, const SegmentPlan& plan);
  TcpFrame FromServer(Peer& peer, const SegmentPlan& plan);
  // A SYN with a new ISN.
  TcpFrame Syn(Peer& peer, const SegmentPlan& plan);

  // Learns from a frame that left synsplice.
  void Hear(Side to, const Bytes& bytes);

 private:
  std::array<Peer, kCount> peers_;
};

}  // namespace synsplice::fuzz
