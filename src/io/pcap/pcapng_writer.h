// Writes pcapng (draft-ietf-opsawg-pcapng): one section, Ethernet interfaces with names, frames
// with nanoseconds. libpcap writes pcap only, where a frame has no interface.
#pragma once

#include <cstdint>
#include <cstdio>
#include <span>
#include <string>

#include "io/pcap/capture_reader.h"

namespace synsplice {

class PcapngWriter {
 public:
  // Starts the section. `to` must outlive this; whether writing succeeds is asked there.
  explicit PcapngWriter(std::FILE* to);

  // Interfaces are numbered from 0, in this order.
  void AddInterface(const std::string& name);
  void Write(uint32_t interface, CaptureTime time, std::span<const uint8_t> frame);

 private:
  void WriteBlock(uint32_t type, std::span<const uint8_t> body);

  std::FILE* to_;
};

}  // namespace synsplice
