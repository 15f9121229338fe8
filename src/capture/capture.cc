#include "capture/capture.h"

#include <fmt/format.h>

#include <utility>

#include "io/pcap/capture_comment.h"
#include "io/pcap/pcapng_encoder.h"

namespace synsplice {
namespace {

using Moment = CaptureEntry::Moment;

constexpr size_t kMostBytes = size_t{256} << 10;
constexpr Seconds kTellAgain{1};

const char* PastName(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::kForward:
      return "forwarded";
    case Verdict::Kind::kBounce:
      return "answered";
    case Verdict::Kind::kHold:
      return "held";
    case Verdict::Kind::kConsumed:
      return "consumed";
    case Verdict::Kind::kDrop:
      return "dropped";
  }
  return "?";
}

std::string VerdictText(const CaptureEntry& entry) {
  if (entry.reason == Reason::kNone) return PastName(entry.verdict);
  const bool refused = entry.verdict == Verdict::Kind::kBounce;
  return fmt::format("{}: {}", refused ? "refused" : PastName(entry.verdict), Label(entry.reason));
}

std::string CommentOf(const CaptureEntry& entry) {
  switch (entry.moment) {
    case Moment::kBefore:
      return std::string(kCommentBefore) + VerdictText(entry);
    case Moment::kAfter:
      return std::string(kCommentAfter) + VerdictText(entry);
    case Moment::kMade:
      return std::string(kCommentAfter) + "made here";
    case Moment::kAgain:
      return std::string(kCommentAgain) + VerdictText(entry);
  }
  return {};
}

bool Arrived(const CaptureEntry& entry) {
  return entry.moment == Moment::kBefore || entry.moment == Moment::kAgain;
}

}  // namespace

Capture::Capture(const CaptureChoice& choice, FrameChoice frames, size_t workers, Time now)
    : choice_(choice), end_(now + choice.duration), tell_at_(now + kTellAgain) {
  const auto shared = std::make_shared<const FrameChoice>(std::move(frames));
  for (size_t i = 0; i < workers; ++i) taps_.push_back(std::make_shared<Tap>(choice, shared));
}

void Capture::Begin(std::string& to) {
  if (std::exchange(begun_, true)) return;
  AppendSection(to);
  for (const Side side : {Side::kOutside, Side::kInside}) {
    AppendInterface(to, Name(side), choice_.snap_length);
  }
}

// The one with the oldest frame; nullptr: none has any before the end.
Tap* Capture::Earliest() const {
  Tap* earliest = nullptr;
  CaptureTime oldest = end_;
  for (const auto& tap : taps_) {
    const CaptureEntry* entry = tap->ring().Front();
    if (entry == nullptr || entry->time >= oldest) continue;
    oldest = entry->time;
    earliest = tap.get();
  }
  return earliest;
}

void Capture::Take(Tap& tap, std::string& to) {
  const CaptureEntry& entry = *tap.ring().Front();
  PcapngFrame frame{.interface = static_cast<uint32_t>(entry.side), .time = entry.time};
  frame.bytes = tap.ring().bytes();
  frame.length = entry.length;
  const auto inbound = PcapngFrame::Direction::kInbound;
  frame.direction = Arrived(entry) ? inbound : PcapngFrame::Direction::kOutbound;
  const std::string comment = CommentOf(entry);
  frame.comment = comment;
  AppendFrame(to, frame);
  ++captured_[frame.interface];
  frames_.Add(1);
  tap.ring().Pop();
}

std::string Capture::Next(Time now) {
  std::string bytes;
  if (ended_) return bytes;
  Begin(bytes);
  Tap* tap = nullptr;
  while (!IsComplete() && bytes.size() < kMostBytes && (tap = Earliest())) Take(*tap, bytes);
  ended_ = IsComplete() || (now >= end_ && tap == nullptr);
  if (ended_ || now >= tell_at_) TellStatistics(bytes, now);
  return bytes;
}

void Capture::TellStatistics(std::string& to, Time now) {
  tell_at_ = now + kTellAgain;
  for (const Side side : {Side::kOutside, Side::kInside}) {
    const auto port = static_cast<uint32_t>(side);
    AppendStatistics(to, {port, now, captured_[port], Lost(side)});
  }
}

uint64_t Capture::Lost(Side port) const {
  uint64_t lost = 0;
  for (const auto& tap : taps_) lost += tap->lost(port);
  return lost;
}

CaptureCounts Capture::counts() const {
  return {frames_.Get(), Lost(Side::kOutside) + Lost(Side::kInside)};
}

}  // namespace synsplice
