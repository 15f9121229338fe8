#include "io/pcap/pcapng_section.h"

#include <algorithm>

#include "io/pcap/pcapng_format.h"
#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

using namespace pcapng;

constexpr size_t kPacketHeader = 20, kStatisticsHeader = 12;
constexpr uint32_t kLongestBlock = 16u << 20;  // as libpcap

// Units of 10^-n or, with the top bit, 2^-n seconds; 0: finer than 64 bits can tell.
uint64_t UnitsPerSecond(uint8_t resolution) {
  const int exponent = resolution & 0x7f;
  if (resolution & 0x80) return exponent < 64 ? uint64_t{1} << exponent : 0;
  if (exponent > 19) return 0;
  uint64_t units = 1;
  for (int i = 0; i < exponent; ++i) units *= 10;
  return units;
}

std::string_view TextOf(std::span<const uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

uint16_t PcapngSection::Load16(const uint8_t* bytes) const {
  const uint16_t value = LoadBe16(bytes);
  return big_endian_ ? value : __builtin_bswap16(value);
}
uint32_t PcapngSection::Load32(const uint8_t* bytes) const {
  const uint32_t value = LoadBe32(bytes);
  return big_endian_ ? value : __builtin_bswap32(value);
}
uint64_t PcapngSection::Load64(const uint8_t* bytes) const {
  const uint64_t first = Load32(bytes), second = Load32(bytes + 4);
  return big_endian_ ? first << 32 | second : second << 32 | first;
}

PcapngSection::Outcome PcapngSection::Broken(const char* why) {
  error_ = why;
  return Outcome::kBroken;
}

std::optional<uint32_t> PcapngSection::LengthOf(std::span<const uint8_t, kHead> head) {
  if (Load32(head.data()) == kSectionHeader) {  // the same in either byte order
    big_endian_ = LoadBe32(&head[kBlockHeader]) == kByteOrderMagic;
    if (Load32(&head[kBlockHeader]) != kByteOrderMagic) {
      return Broken("a pcapng section of unknown byte order"), std::nullopt;
    }
  }
  const uint32_t length = Load32(&head[4]);
  if (length < kBlockOverhead || length % 4 != 0 || length > kLongestBlock) {
    return Broken("a pcapng block of impossible length"), std::nullopt;
  }
  return length;
}

// take(code, value) for each option that is there; false: one goes past its block, or take says so.
template <typename Take>
bool PcapngSection::ForEachOption(Bytes options, Take&& take) const {
  for (size_t at = 0; at + 4 <= options.size();) {
    const uint16_t code = Load16(&options[at]), length = Load16(&options[at + 2]);
    at += 4;
    if (code == kEndOfOptions) break;
    if (length > options.size() - at || !take(code, options.subspan(at, length))) return false;
    at += Padded(length);
  }
  return true;
}

bool PcapngSection::ReadOption(Interface& interface, uint16_t code, Bytes value) {
  if (code == kInterfaceName) {
    interface.name = TextOf(value);
  } else if (code == kTimestampResolution && value.size() == 1) {
    interface.units_per_second = UnitsPerSecond(value[0]);
  } else if (code == kTimestampOffset && value.size() == 8) {
    interface.offset = static_cast<int64_t>(Load64(value.data()));
  }
  return true;
}

PcapngSection::Outcome PcapngSection::AddInterface(Bytes body) {
  constexpr size_t kFixed = 8;
  if (body.size() < kFixed) return Broken("a pcapng interface that is too short");
  Interface interface;
  interface.link_type = Load16(body.data());
  interface.snap_length = Load32(&body[4]);
  const bool whole = ForEachOption(body.subspan(kFixed), [&](uint16_t code, Bytes value) {
    return ReadOption(interface, code, value);
  });
  if (!whole) return Broken("a pcapng option past its block");
  if (interface.units_per_second == 0) return Broken("a pcapng interface with times too fine");
  interfaces_.push_back(std::move(interface));
  return Outcome::kNoRecord;
}

// Enhanced and obsolete packets differ in their first word only.
PcapngSection::Outcome PcapngSection::ReadPacket(CaptureRecord& record, Bytes body,
                                                 uint32_t interface) {
  if (body.size() < kPacketHeader) return Broken("a pcapng packet that is too short");
  if (interface >= interfaces_.size()) return Broken("a pcapng packet of no interface");
  const Interface& from = interfaces_[interface];
  const uint64_t high = Load32(&body[4]);
  const uint64_t units = high << 32 | Load32(&body[8]);
  const uint64_t rest = units % from.units_per_second;
  record.seconds =
      static_cast<int64_t>(units / from.units_per_second + static_cast<uint64_t>(from.offset));
  record.nanoseconds = static_cast<uint32_t>(static_cast<unsigned __int128>(rest) * 1'000'000'000 /
                                             from.units_per_second);
  record.link_type = from.link_type;
  record.interface = interface;
  record.length = Load32(&body[16]);
  const uint32_t captured = Load32(&body[12]);
  if (captured > body.size() - kPacketHeader) return Broken("a pcapng packet past its block");
  record.bytes = body.subspan(kPacketHeader, captured);
  record.comment = {};
  const size_t options = std::min(kPacketHeader + Padded(captured), body.size());
  // Without options of sense the frame is worth as much.
  ForEachOption(body.subspan(options), [&](uint16_t code, Bytes value) {
    if (code == kComment) record.comment = TextOf(value);
    return true;
  });
  last_ = record;
  return Outcome::kRecord;
}

PcapngSection::Outcome PcapngSection::ReadSimplePacket(CaptureRecord& record, Bytes body) {
  if (interfaces_.empty()) return Broken("a pcapng packet of no interface");
  record = last_;
  record.comment = {};
  record.link_type = interfaces_[0].link_type;
  record.interface = 0;
  record.length = Load32(body.data());
  size_t captured = std::min<size_t>(record.length, body.size() - 4);
  const uint32_t snap_length = interfaces_[0].snap_length;
  if (snap_length != 0) captured = std::min<size_t>(captured, snap_length);
  record.bytes = body.subspan(4, captured);
  return Outcome::kRecord;
}

// Nobody needs them to read frames: what is odd about them is passed over.
PcapngSection::Outcome PcapngSection::ReadStatistics(Bytes body) {
  if (body.size() < kStatisticsHeader) return Outcome::kNoRecord;
  const uint32_t number = Load32(body.data());
  if (number >= interfaces_.size()) return Outcome::kNoRecord;
  ForEachOption(body.subspan(kStatisticsHeader), [&](uint16_t code, Bytes value) {
    if (code == kDropped && value.size() == 8) interfaces_[number].lost = Load64(value.data());
    return true;
  });
  return Outcome::kNoRecord;
}

PcapngSection::Outcome PcapngSection::Read(Bytes block, CaptureRecord& record) {
  const uint32_t type = Load32(block.data());
  const Bytes body = block.subspan(kBlockHeader, block.size() - kBlockOverhead);
  if (type == kSectionHeader) {
    interfaces_.clear();
    return Outcome::kNoRecord;
  }
  if (type == kInterfaceDescription) return AddInterface(body);
  // A block of no body.
  if (body.size() < 4) return Outcome::kNoRecord;
  if (type == kEnhancedPacket) return ReadPacket(record, body, Load32(body.data()));
  if (type == kObsoletePacket) return ReadPacket(record, body, Load16(body.data()));
  if (type == kSimplePacket) return ReadSimplePacket(record, body);
  return type == kInterfaceStatistics ? ReadStatistics(body) : Outcome::kNoRecord;
}

std::vector<std::string> PcapngSection::interfaces() const {
  std::vector<std::string> names;
  for (const Interface& interface : interfaces_) names.push_back(interface.name);
  return names;
}

uint64_t PcapngSection::lost() const {
  uint64_t lost = 0;
  for (const Interface& interface : interfaces_) lost += interface.lost;
  return lost;
}

}  // namespace synsplice
