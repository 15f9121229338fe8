// The replay shell: the same core as in the appliance, with the capture as its clock.
//
// Frames are judged at their own time, one by one (the core decides frame by frame anyhow, and so
// an observer can see the flow before and after each). Between frames timers fire when they are
// due, and where none can be the clock leaps: days without frames cost nothing. After the last
// frame nothing happens any more. The clock never steps back, even if the capture does. Nothing
// here is random: same input, same output.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "io/memory/state_memory.h"
#include "io/pcap/capture_reader.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice {

// What is random in the appliance comes from a seed here, so that a replay can be repeated.
inline SipKey HashKeyFrom(uint64_t seed) { return {seed, 1}; }
inline SipKey CookieSecretFrom(uint64_t seed) { return {seed, 2}; }

// A frame of the capture, what the core made of it, and the flow that it met.
struct JudgedFrame {
  CaptureTime time;
  Side side;
  bool released = false;  // it was held and is judged again
  const CapturedFrame& input;
  Verdict verdict;
  std::span<const uint8_t> output;  // of kForward and kBounce: what leaves
  std::optional<Flow> flow_before;
  std::optional<Flow> flow_after;
};

// A frame of the core's own, beside the verdicts.
struct MadeFrame {
  CaptureTime time;
  bool by_timer = false;  // else: because of the frame judged last
  Side to;
  std::span<const uint8_t> bytes;
};

// Spans and references are valid during the call only.
class ReplayObserver {
 public:
  virtual ~ReplayObserver() = default;
  virtual void OnJudged(const JudgedFrame& judged) = 0;
  virtual void OnMade(const MadeFrame& made) = 0;
  // Held frames are about to be judged again (kRelease) or are gone (kDiscard).
  virtual void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) = 0;
};

// Several observers in the place of one, asked in this order.
class Observers final : public ReplayObserver {
 public:
  explicit Observers(std::vector<ReplayObserver*> observers) : observers_(std::move(observers)) {}

  void OnJudged(const JudgedFrame& judged) override {
    for (ReplayObserver* observer : observers_) observer->OnJudged(judged);
  }
  void OnMade(const MadeFrame& made) override {
    for (ReplayObserver* observer : observers_) observer->OnMade(made);
  }
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override {
    for (ReplayObserver* observer : observers_) observer->OnHeldEnd(kind, frame_count);
  }

 private:
  std::vector<ReplayObserver*> observers_;
};

class Replay {
 public:
  struct Setup {
    const Policy& policy;
    SipKey hash_key;
    CaptureTime start;
  };

  // `policy` and `observer` must outlive the replay. `hash_key` keys the flow table.
  Replay(const Policy& policy, SipKey hash_key, CaptureTime start, ReplayObserver& observer);

  // Clients meet these lists from now on; they outlive the replay.
  void Publish(const ListTable& lists) { shared_->lists = &lists; }

  void Feed(const CapturedFrame& frame);

  const Proxy& proxy() const { return proxy_; }

 private:
  Time Now() const { return std::chrono::floor<Milliseconds>(clock_); }
  void AdvanceTo(CaptureTime target);
  CaptureTime NextStop(CaptureTime target) const;
  void RunTimers();
  void Judge(const CapturedFrame& frame, bool released);
  void EmptyOutbox(bool by_timer);
  void EndHold(Outbox::SlotEvent event);

  StateMemory memory_;
  std::unique_ptr<Shared> shared_;  // large
  Proxy proxy_;
  CaptureTime clock_;
  ReplayObserver& observer_;
  Outbox outbox_;
  std::map<SlotIndex, std::vector<CapturedFrame>> held_;
};

}  // namespace synsplice
