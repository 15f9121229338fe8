#include "io/pcap/merged_capture.h"

#include <algorithm>
#include <utility>

namespace synsplice {

std::variant<MergedCapture, std::string> MergedCapture::Open(const std::string& outside_path,
                                                             const std::string& inside_path,
                                                             const std::string& outside_interface) {
  MergedCapture merged;
  for (const Side side : {Side::kOutside, Side::kInside}) {
    const std::string& path = side == Side::kOutside ? outside_path : inside_path;
    if (path.empty()) continue;
    auto opened = CaptureReader::Open(path, side, outside_interface);
    if (const auto* error = std::get_if<std::string>(&opened)) return *error;
    Source source{std::get<CaptureReader>(std::move(opened)), std::nullopt};
    source.head = source.reader.Next();
    merged.sources_.push_back(std::move(source));
  }
  return merged;
}

const MergedCapture::Source* MergedCapture::Earliest() const {
  const Source* earliest = nullptr;
  for (const Source& source : sources_) {
    if (!source.head) continue;
    if (!earliest || source.head->time < earliest->head->time) earliest = &source;
  }
  return earliest;
}

std::optional<CapturedFrame> MergedCapture::Next() {
  auto* source = const_cast<Source*>(Earliest());
  if (!source) return std::nullopt;
  return std::exchange(source->head, source->reader.Next());
}

CaptureTime MergedCapture::start() const {
  const Source* source = Earliest();
  return source ? source->head->time : CaptureTime{};
}

bool MergedCapture::tells_sides() const {
  return std::ranges::any_of(sources_,
                             [](const Source& source) { return source.reader.tells_sides(); });
}

ReadingPlace MergedCapture::place() const {
  ReadingPlace all;
  for (const Source& source : sources_) {
    all.read += source.reader.place().read;
    all.size += source.reader.place().size;
  }
  return all;
}

std::vector<std::string> MergedCapture::interfaces() const {
  std::vector<std::string> all;
  for (const Source& source : sources_) {
    const std::vector<std::string> names = source.reader.interfaces();
    all.insert(all.end(), names.begin(), names.end());
  }
  return all;
}

std::string MergedCapture::error() const {
  for (const Source& source : sources_) {
    if (!source.reader.error().empty()) return source.reader.error();
  }
  return {};
}

}  // namespace synsplice
