#include "replay/replay.h"

#include <algorithm>
#include <utility>

namespace synsplice {
namespace {

// Stand-ins for the ports' addresses.
constexpr Mac kOutsidePort{{0x02, 0, 0, 0, 0, 0xf0}};
constexpr Mac kInsidePort{{0x02, 0, 0, 0, 0, 0xf1}};

// While a handshake waits, the clock runs in the core's unit: its timers send frames, at a time
// that is told. Flows only expire, and whoever meets one looks at its age: nobody can tell when in
// a gap it went, so the clock leaps. Not further than a flow's age can be told: 16 bits of ticks
// hold the longest idle time (48 h) and one leap.
constexpr Milliseconds kHandshakeStep{1};
constexpr Milliseconds kLeap = std::chrono::hours(24);

// A frame may grow in place: by an option, or into an answer that is longer.
constexpr size_t kTailroom = 2 * kMaxComposedLength;

}  // namespace

Replay::Replay(const Policy& policy, SipKey hash_key, CaptureTime start, ReplayObserver& observer)
    : memory_(policy.config()),
      shared_(std::make_unique<Shared>(memory_.state(), hash_key, kOutsidePort, kInsidePort)),
      proxy_(policy, *shared_, hash_key, std::chrono::floor<Milliseconds>(start)),
      clock_(start),
      observer_(observer) {}

void Replay::Feed(const CapturedFrame& frame) {
  AdvanceTo(frame.time);
  Judge(frame, false);
  // A worker finds time for its timers directly behind a burst.
  RunTimers();
}

void Replay::AdvanceTo(CaptureTime target) {
  while (clock_ < target) {
    clock_ = std::min(NextStop(target), target);
    RunTimers();
  }
}

CaptureTime Replay::NextStop(CaptureTime target) const {
  if (proxy_.handshake_count() != 0) return clock_ + kHandshakeStep;
  return proxy_.flow_count() != 0 ? clock_ + kLeap : target;  // nothing lives: nothing is due
}

void Replay::RunTimers() {
  for (bool more_is_due = true; more_is_due;) {
    more_is_due = proxy_.Tick(Now(), outbox_);
    EmptyOutbox(true);
  }
}

void Replay::Judge(const CapturedFrame& frame, bool released) {
  std::vector<uint8_t> bytes = frame.bytes;
  bytes.resize(frame.bytes.size() + kTailroom);
  FrameBuffer lent{bytes.data(), static_cast<uint32_t>(frame.bytes.size()),
                   static_cast<uint32_t>(bytes.size())};
  JudgedFrame judged{clock_, frame.side, released, frame, {}, {}, {}, {}};
  judged.flow_before = proxy_.Peek(frame.side, Now(), frame.bytes);
  proxy_.Process(frame.side, Now(), {&lent, 1}, {&judged.verdict, 1}, outbox_);
  judged.flow_after = proxy_.Peek(frame.side, Now(), frame.bytes);
  judged.output = lent.bytes();
  observer_.OnJudged(judged);
  if (judged.verdict.kind == Verdict::Kind::kHold) held_[judged.verdict.slot].push_back(frame);
  EmptyOutbox(false);
}

void Replay::EmptyOutbox(bool by_timer) {
  for (const Outbox::Frame& frame : outbox_.frames()) {
    observer_.OnMade({clock_, by_timer, frame.to, frame.view()});
  }
  const auto events = outbox_.slot_events();
  const std::vector<Outbox::SlotEvent> ended(events.begin(), events.end());
  outbox_.Clear();
  for (const Outbox::SlotEvent& event : ended) EndHold(event);
}

void Replay::EndHold(Outbox::SlotEvent event) {
  const std::vector<CapturedFrame> frames = std::exchange(held_[event.slot], {});
  observer_.OnHeldEnd(event.kind, frames.size());
  if (event.kind == Outbox::SlotEvent::Kind::kDiscard) return;
  for (const CapturedFrame& frame : frames) Judge(frame, true);
}

}  // namespace synsplice
