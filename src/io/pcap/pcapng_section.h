// Understands pcapng block by block (draft-ietf-opsawg-pcapng), wherever the bytes come from.
//
// libpcap tells no interface and refuses files whose interfaces differ in link type: two of the
// things that such files are made for.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "io/pcap/record_source.h"

namespace synsplice {

class PcapngSection {
 public:
  enum class Outcome : uint8_t { kRecord, kNoRecord, kBroken };

  // Bytes at the beginning of a block that LengthOf looks at.
  static constexpr size_t kHead = 12;

  // Bytes of the block that begins so. nullopt: see error().
  std::optional<uint32_t> LengthOf(std::span<const uint8_t, kHead> head);

  // `block` is all of it, of the length that LengthOf has told of it last. A record's bytes are the
  // block's.
  Outcome Read(std::span<const uint8_t> block, CaptureRecord& record);

  // Names of the interfaces seen so far in this section.
  std::vector<std::string> interfaces() const;
  // Frames that whoever wrote the file says are missing, of all interfaces.
  uint64_t lost() const;

  // What is wrong with the latest block.
  const std::string& error() const { return error_; }

 private:
  using Bytes = std::span<const uint8_t>;

  struct Interface {
    int link_type = 0;
    uint32_t snap_length = 0;
    std::string name;
    uint64_t units_per_second = 1'000'000;
    int64_t offset = 0;  // seconds
    uint64_t lost = 0;
  };

  Outcome AddInterface(Bytes body);
  bool ReadOption(Interface& interface, uint16_t code, Bytes value);
  Outcome ReadPacket(CaptureRecord& record, Bytes body, uint32_t interface);
  Outcome ReadSimplePacket(CaptureRecord& record, Bytes body);
  Outcome ReadStatistics(Bytes body);
  template <typename Take>
  bool ForEachOption(Bytes options, Take&& take) const;
  Outcome Broken(const char* why);
  uint16_t Load16(const uint8_t* bytes) const;
  uint32_t Load32(const uint8_t* bytes) const;
  uint64_t Load64(const uint8_t* bytes) const;

  bool big_endian_ = false;
  std::vector<Interface> interfaces_;
  CaptureRecord last_;  // its time is that of simple packets, which have none
  std::string error_;
};

}  // namespace synsplice
