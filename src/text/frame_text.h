// One frame in one line, in the style of tcpdump.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "synsplice/wire/frame.h"

namespace synsplice {

// A parsed frame together with the buffer that its Packet points to.
struct ParsedFrame {
  explicit ParsedFrame(std::span<const uint8_t> bytes)
      : buffer{const_cast<uint8_t*>(bytes.data()), static_cast<uint32_t>(bytes.size()),
               static_cast<uint32_t>(bytes.size())},
        packet(ParseFrame(buffer)) {}
  ParsedFrame(const ParsedFrame&) = delete;
  ParsedFrame& operator=(const ParsedFrame&) = delete;

  FrameBuffer buffer;
  Packet packet;
};

// "198.18.0.2:40000 > 198.18.0.10:80 S seq 1 win 64240 <mss 1460>"; tags before it, what is wrong
// behind it. With `macs` the two addresses of the Ethernet header come first.
std::string FrameText(std::span<const uint8_t> frame, bool macs);

// `output` as it left, made of `input`: "unchanged", or its line without the addresses that follow
// from the input's (the same ones when it went on, swapped when it went `back`).
std::string OutputText(std::span<const uint8_t> output, std::span<const uint8_t> input, bool back);

// "S. seq 5 ack 1001 win 5840 <mss 1460> len 10": flags, numbers and options.
// REQUIRES: packet.kind == kTcp.
std::string TcpText(const Packet& packet);

}  // namespace synsplice
