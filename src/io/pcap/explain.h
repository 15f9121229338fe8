// Tells in text what the core decided, one line per frame:
//
//   0.001204 outside  FRAME | VERDICT: OUTPUT [cookie ...] | flow BEFORE -> AFTER
//                     sent to inside: FRAME          a frame of the core's own
//   1.001204 timer    sent to inside: FRAME          the same, made by a timer
//                     released 2 held frames, which follow with "held" in place of their side
#pragma once

#include <cstdio>
#include <string>

#include "io/pcap/replay.h"

namespace synsplice {

class Explain final : public ReplayObserver {
 public:
  // Times are told relative to `start`. `policy` must outlive this.
  Explain(const Policy& policy, CaptureTime start, std::FILE* to)
      : policy_(policy), start_(start), to_(to) {}

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override;

  // What is left at the end: flows, and every counter that is not zero.
  void Summarise(const Proxy& proxy);

 private:
  void Print(const std::string& when, const char* who, const std::string& what);
  std::string TimeText(CaptureTime time) const;

  const Policy& policy_;
  CaptureTime start_;
  std::FILE* to_;
};

}  // namespace synsplice
