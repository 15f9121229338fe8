#include "io/pcap/pcapng_writer.h"

#include <vector>

namespace synsplice {
namespace {

constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kEthernet = 1, kInterfaceName = 2, kTimestampResolution = 9;
constexpr uint8_t kNanoseconds = 9;  // 10^-9

// A block's body: words of any order that the magic tells, everything padded to 32 bits.
class Body {
 public:
  template <typename Word>
  Body& Add(Word word) {
    const auto* bytes = reinterpret_cast<const uint8_t*>(&word);
    bytes_.insert(bytes_.end(), bytes, bytes + sizeof word);
    return *this;
  }
  Body& AddPadded(std::span<const uint8_t> bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    bytes_.resize((bytes_.size() + 3) / 4 * 4);
    return *this;
  }
  Body& AddOption(uint16_t code, std::span<const uint8_t> value) {
    return Add(code).Add(static_cast<uint16_t>(value.size())).AddPadded(value);
  }
  operator std::span<const uint8_t>() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace

PcapngWriter::PcapngWriter(std::FILE* to) : to_(to) {
  constexpr uint16_t kMajor = 1, kMinor = 0;
  constexpr int64_t kLengthUnknown = -1;
  WriteBlock(kSectionHeader,
             Body().Add(kByteOrderMagic).Add(kMajor).Add(kMinor).Add(kLengthUnknown));
}

void PcapngWriter::AddInterface(const std::string& name) {
  constexpr uint16_t kReserved = 0;
  constexpr uint32_t kNoSnapLength = 0, kEndOfOptions = 0;
  const auto* text = reinterpret_cast<const uint8_t*>(name.data());
  WriteBlock(kInterfaceDescription, Body()
                                        .Add(kEthernet)
                                        .Add(kReserved)
                                        .Add(kNoSnapLength)
                                        .AddOption(kInterfaceName, {text, name.size()})
                                        .AddOption(kTimestampResolution, {&kNanoseconds, 1})
                                        .Add(kEndOfOptions));
}

void PcapngWriter::Write(uint32_t interface, CaptureTime time, std::span<const uint8_t> frame) {
  const auto units = static_cast<uint64_t>(time.time_since_epoch().count());
  const auto length = static_cast<uint32_t>(frame.size());
  WriteBlock(kEnhancedPacket, Body()
                                  .Add(interface)
                                  .Add(static_cast<uint32_t>(units >> 32))
                                  .Add(static_cast<uint32_t>(units))
                                  .Add(length)
                                  .Add(length)
                                  .AddPadded(frame));
}

void PcapngWriter::WriteBlock(uint32_t type, std::span<const uint8_t> body) {
  const auto length = static_cast<uint32_t>(body.size() + 12);
  std::fwrite(&type, sizeof type, 1, to_);
  std::fwrite(&length, sizeof length, 1, to_);
  std::fwrite(body.data(), 1, body.size(), to_);
  std::fwrite(&length, sizeof length, 1, to_);
}

}  // namespace synsplice
