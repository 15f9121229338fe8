// Reads pcapng (draft-ietf-opsawg-pcapng), with the interface that each frame was captured on.
//
// libpcap tells no interface and refuses files whose interfaces differ in link type: two of the
// things that such files are made for.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/pcap/capture_file.h"
#include "io/pcap/record_source.h"

namespace synsplice {

class PcapngSource final : public RecordSource {
 public:
  explicit PcapngSource(OpenFile file) : file_(std::move(file)) {}

  bool Next(CaptureRecord& record) override;
  std::vector<std::string> interfaces() const override;

 private:
  struct Interface {
    int link_type = 0;
    uint32_t snap_length = 0;
    std::string name;
    uint64_t units_per_second = 1'000'000;
    int64_t offset = 0;  // seconds
  };

  enum class Outcome : uint8_t { kRecord, kNoRecord, kBroken };

  bool ReadBlock();
  bool ReadExactly(uint8_t* to, size_t size);
  Outcome ReadBody(CaptureRecord& record);
  Outcome AddInterface();
  bool ReadOption(Interface& interface, uint16_t code, std::span<const uint8_t> value);
  Outcome ReadPacket(CaptureRecord& record, uint32_t interface);
  Outcome ReadSimplePacket(CaptureRecord& record);
  Outcome Broken(const char* why);
  uint16_t Load16(const uint8_t* bytes) const;
  uint32_t Load32(const uint8_t* bytes) const;
  uint64_t Load64(const uint8_t* bytes) const;

  OpenFile file_;
  bool big_endian_ = false;  // of this section
  uint32_t type_ = 0;
  std::vector<uint8_t> body_;  // of the block, between its two lengths
  std::vector<Interface> interfaces_;
  CaptureRecord last_;  // its time is that of simple packets, which have none
};

}  // namespace synsplice
