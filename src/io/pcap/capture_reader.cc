#include "io/pcap/capture_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "io/pcap/capture_comment.h"
#include "io/pcap/link_layer.h"

namespace synsplice {
namespace {

// Times that fit CaptureTime with room for the replay's steps: until the year 2242.
constexpr int64_t kMaxSeconds = int64_t{1} << 33;

// No IP packet is longer, whatever a record says of its own length.
constexpr uint32_t kLongestFrame = 65535 + 64;

}  // namespace

std::variant<CaptureReader, std::string> CaptureReader::Open(const std::string& path, Side side,
                                                             const std::string& outside_interface) {
  CaptureReader reader;
  reader.path_ = path;
  reader.side_ = side;
  reader.outside_interface_ = outside_interface;
  auto opened = OpenRecords(path, reader.place_);
  if (const auto* why = std::get_if<std::string>(&opened)) {
    reader.Fail(*why);
    return reader.error_;
  }
  reader.source_ = std::get<std::unique_ptr<RecordSource>>(std::move(opened));
  // The interfaces stand before the first record.
  reader.ahead_ = reader.ReadRecord();
  if (!reader.error_.empty()) return reader.error_;
  if (!reader.ahead_) return reader;
  const bool record_is_ours = reader.record_.comment.starts_with(kCommentOfOurs);
  if (outside_interface.empty() && record_is_ours) {
    reader.tells_sides_ = true;
    reader.outside_interface_ = Name(Side::kOutside);
  }
  if (const std::string why = reader.CheckFirst(); !why.empty()) return why;
  return reader;
}

void CaptureReader::Fail(const std::string& why) {
  error_ = fmt::format("cannot read the capture {}: {}", path_, why);
}

bool CaptureReader::ReadRecord() {
  if (source_->Next(record_)) return true;
  if (!source_->error().empty()) Fail(source_->error());
  return false;
}

std::vector<std::string> CaptureReader::interfaces() const {
  std::vector<std::string> names = source_->interfaces();
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i].empty()) names[i] = std::to_string(i);
  }
  return names;
}

// What makes the whole file useless, before anything is told about it.
std::string CaptureReader::CheckFirst() const {
  if (!ToEthernet(record_.link_type, side_, {})) {
    return fmt::format("{}: {}", path_, UnknownLink(record_.link_type));
  }
  return outside_interface_.empty() ? std::string() : CheckInterface();
}

std::string CaptureReader::CheckInterface() const {
  const std::vector<std::string> names = interfaces();
  if (names.empty()) return fmt::format("{}: only pcapng files tell interfaces apart", path_);
  for (size_t i = 0; i < names.size(); ++i) {
    if (outside_interface_ == names[i] || outside_interface_ == std::to_string(i)) return {};
  }
  return fmt::format("{} has no interface '{}': it has {}", path_, outside_interface_,
                     fmt::join(names, ", "));
}

Side CaptureReader::SideOf(const CaptureRecord& record) const {
  if (outside_interface_.empty()) return side_;
  const bool outside = outside_interface_ == std::to_string(record.interface) ||
                       outside_interface_ == source_->interfaces()[record.interface];
  return outside ? Side::kOutside : Side::kInside;
}

// A record of what arrived. Those of what left are counted, as Wireshark does.
bool CaptureReader::ReadArrived() {
  std::string_view comment;
  do {
    if (!std::exchange(ahead_, false) && !ReadRecord()) return false;
    ++number_;
    comment = record_.comment;
  } while (comment.starts_with(kCommentOfOurs) && !comment.starts_with(kCommentBefore));
  return true;
}

std::optional<CapturedFrame> CaptureReader::Next() {
  if (!ReadArrived()) return std::nullopt;
  if (record_.seconds < 0 || record_.seconds >= kMaxSeconds) {
    Fail("a time before 1970 or after 2241");
    return std::nullopt;
  }
  CapturedFrame frame;
  frame.number = number_;
  frame.side = SideOf(record_);
  frame.time = CaptureTime(std::chrono::seconds(record_.seconds) +
                           std::chrono::nanoseconds(record_.nanoseconds));
  auto bytes = ToEthernet(record_.link_type, frame.side, record_.bytes);
  if (!bytes) {
    error_ = fmt::format("{}: {}", path_, UnknownLink(record_.link_type));
    return std::nullopt;
  }
  frame.bytes = *std::move(bytes);
  const auto captured = static_cast<uint32_t>(record_.bytes.size());
  const uint32_t length = std::min(record_.length, kLongestFrame);
  frame.missing = length - std::min(captured, length);
  frame.bytes.resize(frame.bytes.size() + frame.missing);
  return frame;
}

}  // namespace synsplice
