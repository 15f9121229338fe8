// Reads a pcapng file, with the interface that each frame was captured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/pcap/capture_file.h"
#include "io/pcap/pcapng_section.h"
#include "io/pcap/record_source.h"

namespace synsplice {

class PcapngSource final : public RecordSource {
 public:
  explicit PcapngSource(OpenFile file) : file_(std::move(file)) {}

  bool Next(CaptureRecord& record) override;
  std::vector<std::string> interfaces() const override { return section_.interfaces(); }

 private:
  bool ReadBlock();
  bool ReadExactly(uint8_t* to, size_t size);

  OpenFile file_;
  PcapngSection section_;
  std::vector<uint8_t> block_;
};

}  // namespace synsplice
