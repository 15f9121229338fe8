// Shows an observer a part of a replay only: what explain is asked to tell.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "io/pcap/frame_filter.h"
#include "replay/replay.h"

namespace synsplice {

class Selection final : public ReplayObserver {
 public:
  struct Wanted {
    std::string filter;          // BPF, as tcpdump's; empty: every frame
    std::vector<Endpoint> flow;  // one or both ends of a connection; empty: every one
    bool only_drops = false;     // dropped and refused frames
  };

  // `observer` must outlive this. One sentence when the filter is wrong.
  static std::variant<Selection, std::string> Create(const Wanted& wanted,
                                                     ReplayObserver& observer);

  // What the core makes because of a frame is shown with it, what a timer makes by itself.
  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override;

  // The frame judged last was.
  bool shown() const { return shown_; }

 private:
  Selection(const Wanted& wanted, FrameFilter filter, ReplayObserver& observer)
      : wanted_(wanted), filter_(std::move(filter)), observer_(observer) {}
  bool IsOfFlow(const JudgedFrame& judged) const;
  bool IsOfFlow(std::span<const uint8_t> frame) const;

  Wanted wanted_;
  FrameFilter filter_;
  ReplayObserver& observer_;
  bool shown_ = false;
};

}  // namespace synsplice
