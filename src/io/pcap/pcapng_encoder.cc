#include "io/pcap/pcapng_encoder.h"

#include "io/pcap/pcapng_format.h"

namespace synsplice {
namespace {

using namespace pcapng;

constexpr uint16_t kEthernet = 1;
constexpr uint8_t kNanoseconds = 9;  // 10^-9

template <typename Word>
std::string_view BytesOf(const Word& word) {
  return {reinterpret_cast<const char*>(&word), sizeof word};
}

// Appends a block: words of any order that the magic tells, everything padded to 32 bits.
class Block {
 public:
  Block(std::string& to, uint32_t type) : to_(to), start_(to.size()) { Add(type).Add(uint32_t{0}); }
  ~Block() {
    const auto length = static_cast<uint32_t>(to_.size() - start_ + sizeof(uint32_t));
    to_.replace(start_ + sizeof(uint32_t), sizeof length, BytesOf(length));
    Add(length);
  }
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;

  template <typename Word>
  Block& Add(Word word) {
    to_ += BytesOf(word);
    return *this;
  }
  Block& AddTime(CaptureTime time) {
    const auto units = static_cast<uint64_t>(time.time_since_epoch().count());
    return Add(static_cast<uint32_t>(units >> 32)).Add(static_cast<uint32_t>(units));
  }
  Block& AddPadded(std::string_view bytes) {
    to_ += bytes;
    to_.append(Padded(bytes.size()) - bytes.size(), '\0');
    return *this;
  }
  Block& AddOption(uint16_t code, std::string_view value) {
    return Add(code).Add(static_cast<uint16_t>(value.size())).AddPadded(value);
  }
  Block& EndOptions() { return Add(kEndOfOptions).Add(uint16_t{0}); }

 private:
  std::string& to_;
  const size_t start_;
};

}  // namespace

void AppendSection(std::string& to) {
  constexpr uint16_t kMajor = 1, kMinor = 0;
  constexpr int64_t kLengthUnknown = -1;
  Block(to, kSectionHeader)
      .Add(kByteOrderMagic)
      .Add(kMajor)
      .Add(kMinor)
      .Add(kLengthUnknown)
      .AddOption(kUserApplication, "synsplice")
      .EndOptions();
}

void AppendInterface(std::string& to, std::string_view name, uint32_t snap_length) {
  constexpr uint16_t kReserved = 0;
  Block(to, kInterfaceDescription)
      .Add(kEthernet)
      .Add(kReserved)
      .Add(snap_length)
      .AddOption(kInterfaceName, name)
      .AddOption(kTimestampResolution, BytesOf(kNanoseconds))
      .EndOptions();
}

void AppendFrame(std::string& to, const PcapngFrame& frame) {
  const auto captured = static_cast<uint32_t>(frame.bytes.size());
  Block block(to, kEnhancedPacket);
  block.Add(frame.interface).AddTime(frame.time).Add(captured);
  block.Add(frame.length == 0 ? captured : frame.length);
  block.AddPadded({reinterpret_cast<const char*>(frame.bytes.data()), frame.bytes.size()});
  if (frame.comment.empty()) return;
  block.AddOption(kComment, frame.comment);
  block.AddOption(kPacketFlags, BytesOf(static_cast<uint32_t>(frame.direction))).EndOptions();
}

void AppendStatistics(std::string& to, const PcapngStatistics& statistics) {
  Block(to, kInterfaceStatistics)
      .Add(statistics.interface)
      .AddTime(statistics.time)
      .AddOption(kReceived, BytesOf(statistics.captured + statistics.lost))
      .AddOption(kDropped, BytesOf(statistics.lost))
      .EndOptions();
}

}  // namespace synsplice
