// Reads a capture file as Ethernet frames that arrived on one side.
//
// Nanosecond and microsecond files, pcap and pcapng, as libpcap reads them. Raw IP and Linux
// cooked captures have no Ethernet header: they get one, from and to fixed addresses.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "synsplice/base/side.h"
#include "synsplice/base/time.h"

struct pcap;

namespace synsplice {

// UTC, nanoseconds since 1970: finer than the core's Time.
using CaptureTime = std::chrono::sys_time<std::chrono::nanoseconds>;

struct CapturedFrame {
  Side side = Side::kOutside;
  CaptureTime time{};
  std::vector<uint8_t> bytes;  // from the Ethernet header on, without FCS
  uint32_t missing = 0;        // bytes that the capture's snapshot length has cut off
};

class CaptureReader {
 public:
  // One sentence instead of a reader when the file can't be read or its link type is unknown.
  static std::variant<CaptureReader, std::string> Open(const std::string& path, Side side);

  // nullopt at the end of the file and at an error.
  std::optional<CapturedFrame> Next();

  // What stopped Next before the end of the file; empty: nothing did.
  const std::string& error() const { return error_; }

 private:
  struct Close {
    void operator()(pcap* file) const;
  };

  CaptureReader() = default;

  std::unique_ptr<pcap, Close> file_;
  std::string path_;
  Side side_ = Side::kOutside;
  std::string error_;
};

}  // namespace synsplice
