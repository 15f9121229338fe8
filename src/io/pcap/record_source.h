// The records of a capture file, as they stand there.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "io/pcap/capture_file.h"

namespace synsplice {

struct CaptureRecord {
  int64_t seconds = 0;  // since 1970
  uint32_t nanoseconds = 0;
  int link_type = 0;       // LINKTYPE_ or DLT_: link_layer.h knows both
  uint32_t interface = 0;  // index into the section's interfaces, pcapng only
  uint32_t length = 0;     // on the wire
  // Both are valid until the next record is read.
  std::span<const uint8_t> bytes;
  std::string_view comment = {};  // pcapng only
};

class RecordSource {
 public:
  virtual ~RecordSource() = default;

  // False at the end of the file and at an error.
  virtual bool Next(CaptureRecord& record) = 0;
  // Names of the interfaces seen so far in this section, "" where there is none; no interfaces: the
  // format has none.
  virtual std::vector<std::string> interfaces() const { return {}; }
  // What stopped Next before the end of the file; empty: nothing did.
  const std::string& error() const { return error_; }

 protected:
  std::string error_;
};

// pcap by libpcap, pcapng by pcapng_source.cc. What is wrong with the file instead of a source.
// `place` tells how far it was read.
std::variant<std::unique_ptr<RecordSource>, std::string> OpenRecords(
    const std::string& path, std::shared_ptr<ReadingPlace> place);

}  // namespace synsplice
