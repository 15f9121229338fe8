// Reads a capture file as Ethernet frames that arrived on one side.
//
// pcap and pcapng, plain or compressed by gzip. What has no Ethernet header gets one, from and to
// fixed addresses; what the snapshot length has cut off is zeros.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "io/pcap/record_source.h"
#include "synsplice/base/side.h"
#include "synsplice/base/time.h"

namespace synsplice {

// UTC, nanoseconds since 1970: finer than the core's Time.
using CaptureTime = std::chrono::sys_time<std::chrono::nanoseconds>;

struct CapturedFrame {
  Side side = Side::kOutside;
  CaptureTime time{};
  std::vector<uint8_t> bytes;  // from the Ethernet header on, without FCS
  uint32_t missing = 0;        // bytes that the snapshot length has cut off: zeros at the end
  uint64_t number = 0;         // of the frame in its file, from 1: as Wireshark counts
};

class CaptureReader {
 public:
  // One sentence instead of a reader when the file can't be read. With `outside_interface`, name or
  // number of an interface of a pcapng file, frames of that one arrived outside and all others
  // inside; else all arrived on `side`, but for a capture of our own (capture_comment.h), which
  // tells their sides.
  static std::variant<CaptureReader, std::string> Open(const std::string& path, Side side,
                                                       const std::string& outside_interface = {});

  // nullopt at the end of the file and at an error. What left, by the comments of a capture of our
  // own, is passed over.
  std::optional<CapturedFrame> Next();

  // What stopped Next before the end of the file; empty: nothing did.
  const std::string& error() const { return error_; }

  // Whether the file itself tells where each frame arrived.
  bool tells_sides() const { return tells_sides_; }
  const ReadingPlace& place() const { return *place_; }

  // Interfaces of the file by name or number; empty: its format has none.
  std::vector<std::string> interfaces() const;

 private:
  CaptureReader() = default;
  bool ReadRecord();
  bool ReadArrived();
  void Fail(const std::string& why);
  Side SideOf(const CaptureRecord& record) const;
  std::string CheckFirst() const;
  std::string CheckInterface() const;

  std::shared_ptr<ReadingPlace> place_ = std::make_shared<ReadingPlace>();
  std::unique_ptr<RecordSource> source_;
  CaptureRecord record_;
  bool ahead_ = false;  // record_ is read and not yet answered
  std::string path_;
  Side side_ = Side::kOutside;
  std::string outside_interface_;
  bool tells_sides_ = false;
  uint64_t number_ = 0;
  std::string error_;
};

}  // namespace synsplice
