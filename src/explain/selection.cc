#include "explain/selection.h"

#include <fmt/format.h>
#include <algorithm>

#include "text/frame_text.h"

namespace synsplice {

std::variant<Selection, std::string> Selection::Create(const Wanted& wanted,
                                                       ReplayObserver& observer) {
  auto filter = FrameFilter::Create(wanted.filter);
  if (const auto* why = std::get_if<std::string>(&filter)) {
    return fmt::format("--filter '{}': {}", wanted.filter, *why);
  }
  return Selection(wanted, std::get<FrameFilter>(std::move(filter)), observer);
}

bool Selection::IsOfFlow(std::span<const uint8_t> frame) const {
  const ParsedFrame parsed(frame);
  return std::ranges::all_of(wanted_.flow, [&parsed](const Endpoint& end) {
    return end == parsed.packet.source || end == parsed.packet.destination;
  });
}

// Behind NAT one of the two names the service, the other one its backend.
bool Selection::IsOfFlow(const JudgedFrame& judged) const {
  return IsOfFlow(judged.input.bytes) || IsOfFlow(judged.output);
}

void Selection::OnJudged(const JudgedFrame& judged) {
  const bool refused = judged.verdict.reason != Reason::kNone;
  shown_ =
      (refused || !wanted_.only_drops) && IsOfFlow(judged) && filter_.Takes(judged.input.bytes);
  if (shown_) observer_.OnJudged(judged);
}

void Selection::OnMade(const MadeFrame& made) {
  const bool wanted = made.by_timer
                          ? !wanted_.only_drops && IsOfFlow(made.bytes) && filter_.Takes(made.bytes)
                          : shown_;
  if (wanted) observer_.OnMade(made);
}

void Selection::OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) {
  if (shown_) observer_.OnHeldEnd(kind, frame_count);
}

}  // namespace synsplice
