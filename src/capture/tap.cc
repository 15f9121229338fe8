#include "capture/tap.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace synsplice {
namespace {

using Moment = CaptureEntry::Moment;

bool Leaves(const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::kForward || verdict.kind == Verdict::Kind::kBounce;
}

}  // namespace

Tap::Tap(const CaptureChoice& choice, std::shared_ptr<const FrameChoice> frames, size_t ring_bytes)
    : choice_(choice),
      frames_(std::move(frames)),
      ring_(ring_bytes),
      memory_(std::make_unique<uint8_t[]>(kCopyBytes)) {}

Tap::Copy Tap::CopyOf(std::span<const uint8_t> frame) {
  const auto length = static_cast<uint32_t>(frame.size());
  const size_t captured = std::min(length, choice_.snap_length);
  if (captured > kCopyBytes - used_) return {true, false, length, {}};
  uint8_t* to = memory_.get() + used_;
  std::memcpy(to, frame.data(), captured);
  used_ += captured;
  return {true, true, length, {to, captured}};
}

void Tap::OnArrival(const Policy& policy, const Burst& burst) {
  used_ = 0;
  for (size_t i = 0; i < burst.frames.size(); ++i) {
    const std::span<const uint8_t> frame = burst.frames[i].bytes();
    copies_[i] = frames_->Takes(policy, frame) ? CopyOf(frame) : Copy();
  }
}

bool Tap::IsSampled(const Verdict& verdict) {
  if (choice_.reason && verdict.reason != *choice_.reason) return false;
  return matches_++ % choice_.sample == 0;
}

void Tap::OnJudged(CaptureTime time, const Burst& burst, std::span<const Verdict> verdicts) {
  for (size_t i = 0; i < burst.frames.size(); ++i) {
    const Verdict& verdict = verdicts[i];
    if (!copies_[i].wanted || !IsSampled(verdict)) continue;
    CaptureEntry entry{.time = time, .side = burst.side, .verdict = verdict.kind};
    entry.reason = verdict.reason;
    const bool leaves = Leaves(verdict);
    entry.moment = burst.held_before ? Moment::kAgain : Moment::kBefore;
    if (choice_.before && !(burst.held_before && leaves)) PutBefore(entry, copies_[i]);
    if (!choice_.after || !leaves) continue;
    entry.moment = Moment::kAfter;
    if (verdict.kind == Verdict::Kind::kForward) entry.side = Other(burst.side);
    PutAfter(entry, burst.frames[i].bytes());
  }
}

void Tap::OnMade(const Policy& policy, CaptureTime time, Side to, std::span<const uint8_t> frame) {
  if (!choice_.after || choice_.reason || !frames_->Takes(policy, frame)) return;
  if (!IsSampled(Verdict::Forward())) return;
  PutAfter({.time = time, .side = to, .moment = Moment::kMade}, frame);
}

void Tap::PutBefore(CaptureEntry entry, const Copy& copy) {
  if (!copy.is_whole) return Lose(entry.side);
  entry.length = copy.length;
  Put(entry, copy.bytes);
}

void Tap::PutAfter(CaptureEntry entry, std::span<const uint8_t> frame) {
  entry.length = static_cast<uint32_t>(frame.size());
  Put(entry, frame.first(std::min<size_t>(frame.size(), choice_.snap_length)));
}

void Tap::Put(const CaptureEntry& entry, std::span<const uint8_t> bytes) {
  CaptureEntry whole = entry;
  whole.captured = static_cast<uint32_t>(bytes.size());
  if (!ring_.Put(whole, bytes)) Lose(entry.side);
}

}  // namespace synsplice
