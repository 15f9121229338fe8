// Where captures are asked for: one at a time, for as long as somebody takes what it gives.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "capture/byte_source.h"
#include "capture/capture.h"
#include "capture/tap_slot.h"

namespace synsplice {

struct CaptureOrder {
  CaptureChoice choice;
  std::string who;   // for the log
  std::string text;  // what was asked for
};

struct CaptureRefusal {
  bool is_busy = false;  // somebody else's is under way; else the order is at fault
  std::string sentence;
};

using CaptureAnswer = std::variant<std::shared_ptr<ByteSource>, CaptureRefusal>;
using StartCapture = std::function<CaptureAnswer(const CaptureOrder& order)>;

// Every call but the callbacks' is thread-safe.
class CaptureDesk {
 public:
  struct News {
    const CaptureOrder& order;
    bool has_ended;
    CaptureCounts counts;
  };

  // `now` is the workers' clock; `tell` hears of each capture that begins and ends.
  CaptureDesk(std::function<Time()> now, std::function<void(const News&)> tell)
      : now_(std::move(now)), tell_(std::move(tell)) {}

  // Before the first capture. REQUIRES: it outlives the desk.
  void AddWorker(TapSlot& slot) { slots_.push_back(&slot); }

  // The source is the capture as a pcapng file; whoever lets it go ends the capture. REQUIRES: the
  // desk outlives it.
  CaptureAnswer Start(const CaptureOrder& order);

  // Now and then: frees what workers have given back.
  void Look();

  // Since the start of the appliance.
  CaptureCounts counts() const;

 private:
  class Running;

  // Empty: it is under way; else what is in its way.
  std::string Begin(const std::shared_ptr<Capture>& capture, const CaptureOrder& order);
  bool Settle();
  void Offer(const std::vector<std::shared_ptr<Tap>>& taps);
  void End(const Capture& capture);

  const std::function<Time()> now_;
  const std::function<void(const News&)> tell_;
  std::vector<TapSlot*> slots_;
  mutable std::mutex mutex_;
  std::shared_ptr<Capture> capture_;  // under way
  CaptureOrder order_;                // its
  CaptureCounts before_;              // of those that have ended
};

}  // namespace synsplice
