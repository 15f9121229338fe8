// Shows an observer a part of a replay only: what explain is asked to tell.
#pragma once

#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "replay/replay.h"

struct bpf_program;

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
  struct Free {
    void operator()(bpf_program* program) const;
  };

  Selection(const Wanted& wanted, ReplayObserver& observer)
      : wanted_(wanted), observer_(observer) {}
  bool PassesFilter(std::span<const uint8_t> frame) const;
  bool IsOfFlow(const JudgedFrame& judged) const;
  bool IsOfFlow(std::span<const uint8_t> frame) const;

  Wanted wanted_;
  ReplayObserver& observer_;
  std::unique_ptr<bpf_program, Free> program_;  // nullptr: no filter
  bool shown_ = false;
};

}  // namespace synsplice
