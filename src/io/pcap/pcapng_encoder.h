// The blocks of a pcapng file (draft-ietf-opsawg-pcapng) as bytes, in this machine's byte order:
// one section, Ethernet interfaces with names, frames with nanoseconds and comments. libpcap writes
// pcap only, where a frame has neither interface nor comment.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "io/pcap/capture_reader.h"

namespace synsplice {

struct PcapngFrame {
  // As the two low bits of epb_flags.
  enum class Direction : uint8_t { kUnknown = 0, kInbound = 1, kOutbound = 2 };

  uint32_t interface = 0;
  CaptureTime time{};
  std::span<const uint8_t> bytes = {};
  uint32_t length = 0;  // on the wire, when the snapshot length has cut it; else 0
  Direction direction = Direction::kUnknown;
  std::string_view comment = {};
};

// What is known of an interface at a time.
struct PcapngStatistics {
  uint32_t interface = 0;
  CaptureTime time{};
  uint64_t captured = 0;  // frames that are in the file
  uint64_t lost = 0;      // that should be, and found no room
};

// All append to `to`. A file is a section, its interfaces, which are numbered from 0 in this order,
// and then the rest.
void AppendSection(std::string& to);
void AppendInterface(std::string& to, std::string_view name, uint32_t snap_length = 0);
void AppendFrame(std::string& to, const PcapngFrame& frame);
void AppendStatistics(std::string& to, const PcapngStatistics& statistics);

}  // namespace synsplice
