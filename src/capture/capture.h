// A capture under way, for whoever writes it down: the workers' rings in, pcapng out.
//
// Every frame has the interface of its port and a comment (io/pcap/capture_comment.h) that says
// what became of it, such as "synsplice before: dropped: cookie_wrong". Statistics of both
// interfaces come once a second, so that a reader hears of losses, and one finds out that he has
// gone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "capture/capture_choice.h"
#include "capture/tap.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/time.h"

namespace synsplice {

class Capture {
 public:
  Capture(const CaptureChoice& choice, FrameChoice frames, size_t workers, Time now);

  // Of each worker.
  const std::vector<std::shared_ptr<Tap>>& taps() const { return taps_; }

  // What is new, some hundred KiB at most; empty: nothing at present. One thread.
  std::string Next(Time now);
  // All that there was has been told.
  bool HasEnded() const { return ended_; }

  // Any thread.
  CaptureCounts counts() const;

 private:
  void Begin(std::string& to);
  Tap* Earliest() const;
  bool IsComplete() const { return choice_.count != 0 && frames_.Get() >= choice_.count; }
  void Take(Tap& tap, std::string& to);
  void TellStatistics(std::string& to, Time now);
  uint64_t Lost(Side port) const;

  const CaptureChoice choice_;
  std::vector<std::shared_ptr<Tap>> taps_;
  const Time end_;
  Time tell_at_;
  bool begun_ = false, ended_ = false;
  Counter frames_;
  uint64_t captured_[2] = {};  // by port
};

}  // namespace synsplice
