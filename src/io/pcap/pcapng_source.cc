#include "io/pcap/pcapng_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

constexpr uint32_t kSectionHeader = 0x0a0d0d0a, kInterfaceDescription = 1, kObsoletePacket = 2,
                   kSimplePacket = 3, kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kOptionEndOfOptions = 0, kInterfaceName = 2, kTimestampResolution = 9,
                   kTimestampOffset = 14;
constexpr size_t kBlockHeader = 8, kBlockOverhead = 12, kPacketHeader = 20;
constexpr uint32_t kLongestBlock = 16u << 20;  // as libpcap

constexpr size_t Padded(size_t length) { return (length + 3) / 4 * 4; }

// Units of 10^-n or, with the top bit, 2^-n seconds; 0: finer than 64 bits can tell.
uint64_t UnitsPerSecond(uint8_t resolution) {
  const int exponent = resolution & 0x7f;
  if (resolution & 0x80) return exponent < 64 ? uint64_t{1} << exponent : 0;
  if (exponent > 19) return 0;
  uint64_t units = 1;
  for (int i = 0; i < exponent; ++i) units *= 10;
  return units;
}

}  // namespace

uint16_t PcapngSource::Load16(const uint8_t* bytes) const {
  const uint16_t value = LoadBe16(bytes);
  return big_endian_ ? value : __builtin_bswap16(value);
}
uint32_t PcapngSource::Load32(const uint8_t* bytes) const {
  const uint32_t value = LoadBe32(bytes);
  return big_endian_ ? value : __builtin_bswap32(value);
}
uint64_t PcapngSource::Load64(const uint8_t* bytes) const {
  const uint64_t first = Load32(bytes), second = Load32(bytes + 4);
  return big_endian_ ? first << 32 | second : second << 32 | first;
}

PcapngSource::Outcome PcapngSource::Broken(const char* why) {
  error_ = why;
  return Outcome::kBroken;
}

bool PcapngSource::ReadExactly(uint8_t* to, size_t size) {
  if (std::fread(to, 1, size, file_.get()) == size) return true;
  error_ = std::ferror(file_.get()) ? std::strerror(errno) : "truncated pcapng block";
  return false;
}

// False: the end of the file, or an error.
bool PcapngSource::ReadBlock() {
  uint8_t header[kBlockOverhead];  // with the first word of the body, there is always one
  const int first = std::fgetc(file_.get());
  if (first == EOF && !std::ferror(file_.get())) return false;
  std::ungetc(first, file_.get());
  if (!ReadExactly(header, sizeof header)) return false;
  type_ = Load32(header);
  if (type_ == kSectionHeader) {  // the same in either byte order
    big_endian_ = LoadBe32(header + kBlockHeader) == kByteOrderMagic;
    if (Load32(header + kBlockHeader) != kByteOrderMagic) {
      return Broken("a pcapng section of unknown byte order"), false;
    }
  }
  const uint32_t length = Load32(header + 4);
  if (length < kBlockOverhead || length % 4 != 0 || length > kLongestBlock) {
    return Broken("a pcapng block of impossible length"), false;
  }
  body_.assign(header + kBlockHeader, header + kBlockOverhead);
  body_.resize(length - kBlockHeader);
  if (!ReadExactly(body_.data() + 4, body_.size() - 4)) return false;
  body_.resize(body_.size() - 4);  // the length again
  return true;
}

bool PcapngSource::ReadOption(Interface& interface, uint16_t code, std::span<const uint8_t> value) {
  if (code == kInterfaceName) {
    interface.name.assign(value.begin(), value.end());
  } else if (code == kTimestampResolution && value.size() == 1) {
    interface.units_per_second = UnitsPerSecond(value[0]);
  } else if (code == kTimestampOffset && value.size() == 8) {
    interface.offset = static_cast<int64_t>(Load64(value.data()));
  }
  return interface.units_per_second != 0;
}

PcapngSource::Outcome PcapngSource::AddInterface() {
  constexpr size_t kFixed = 8;
  if (body_.size() < kFixed) return Broken("a pcapng interface that is too short");
  Interface interface;
  interface.link_type = Load16(body_.data());
  interface.snap_length = Load32(body_.data() + 4);
  for (size_t at = kFixed; at + 4 <= body_.size();) {
    const uint16_t code = Load16(&body_[at]), length = Load16(&body_[at + 2]);
    at += 4;
    if (code == kOptionEndOfOptions) break;
    if (length > body_.size() - at) return Broken("a pcapng option past its block");
    if (!ReadOption(interface, code, {body_.data() + at, length})) {
      return Broken("a pcapng interface with times too fine");
    }
    at += Padded(length);
  }
  interfaces_.push_back(std::move(interface));
  return Outcome::kNoRecord;
}

// Enhanced and obsolete packets differ in their first word only.
PcapngSource::Outcome PcapngSource::ReadPacket(CaptureRecord& record, uint32_t interface) {
  if (body_.size() < kPacketHeader) return Broken("a pcapng packet that is too short");
  if (interface >= interfaces_.size()) return Broken("a pcapng packet of no interface");
  const Interface& from = interfaces_[interface];
  const uint64_t high = Load32(&body_[4]);
  const uint64_t units = high << 32 | Load32(&body_[8]);
  const uint64_t rest = units % from.units_per_second;
  record.seconds =
      static_cast<int64_t>(units / from.units_per_second + static_cast<uint64_t>(from.offset));
  record.nanoseconds = static_cast<uint32_t>(static_cast<unsigned __int128>(rest) * 1'000'000'000 /
                                             from.units_per_second);
  record.link_type = from.link_type;
  record.interface = interface;
  record.length = Load32(&body_[16]);
  const uint32_t captured = Load32(&body_[12]);
  if (captured > body_.size() - kPacketHeader) return Broken("a pcapng packet past its block");
  record.bytes = {body_.data() + kPacketHeader, captured};
  last_ = record;
  return Outcome::kRecord;
}

PcapngSource::Outcome PcapngSource::ReadSimplePacket(CaptureRecord& record) {
  if (interfaces_.empty()) return Broken("a pcapng packet of no interface");
  record = last_;
  record.link_type = interfaces_[0].link_type;
  record.interface = 0;
  record.length = Load32(body_.data());
  size_t captured = std::min<size_t>(record.length, body_.size() - 4);
  const uint32_t snap_length = interfaces_[0].snap_length;
  if (snap_length != 0) captured = std::min<size_t>(captured, snap_length);
  record.bytes = {body_.data() + 4, captured};
  return Outcome::kRecord;
}

PcapngSource::Outcome PcapngSource::ReadBody(CaptureRecord& record) {
  if (type_ == kSectionHeader) {
    interfaces_.clear();
    return Outcome::kNoRecord;
  }
  if (type_ == kInterfaceDescription) return AddInterface();
  // A block of no body has its length again where the body would be.
  if (body_.size() < 4) return Outcome::kNoRecord;
  if (type_ == kEnhancedPacket) return ReadPacket(record, Load32(body_.data()));
  if (type_ == kObsoletePacket) return ReadPacket(record, Load16(body_.data()));
  if (type_ == kSimplePacket) return ReadSimplePacket(record);
  return Outcome::kNoRecord;
}

bool PcapngSource::Next(CaptureRecord& record) {
  while (ReadBlock()) {
    const Outcome outcome = ReadBody(record);
    if (outcome != Outcome::kNoRecord) return outcome == Outcome::kRecord;
  }
  return false;
}

std::vector<std::string> PcapngSource::interfaces() const {
  std::vector<std::string> names;
  for (const Interface& interface : interfaces_) names.push_back(interface.name);
  return names;
}

}  // namespace synsplice
