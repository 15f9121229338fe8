// Tells what the core decided for programs: JSON, one object per line. Keys are only ever added.
//
// "type" says what an object is:
//   frame       number (in the file of its side), side, held (judged again), time (seconds since
//               the first frame), cut (bytes), frame (text), source, destination (ADDRESS:PORT of
//               TCP, else null), verdict, reason, output (text), cookie (text), phase_before,
//               phase_after (of its flow), flow (text)
//   made        time, to, timer, frame (text): a frame of the core's own
//   held_end    released (else discarded), frames (number)
//   connection  client, server, service, vlan (outer, inner), asked, opened ("cookie", "server"),
//               opened_at, spliced_at, backend, phase (the last one), end (text), frames (outside,
//               inside), drops (by reason)
//   summary     flows, waiting, events, drops: every counter that is not zero
//   note        text
// What there is not is null.
#pragma once

#include <cstdio>
#include <string>

#include "explain/explanation.h"

namespace synsplice {

class ExplainJson final : public Explanation {
 public:
  // As Explain.
  ExplainJson(const Policy& policy, CaptureTime start, std::FILE* to)
      : policy_(policy), start_(start), to_(to) {}

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override;
  void OnConnection(const Connection& connection) override;
  void Summarise(const Proxy& proxy) override;
  void Note(const std::string& sentence) override;

 private:
  double SecondsAt(CaptureTime time) const;

  const Policy& policy_;
  CaptureTime start_;
  std::FILE* to_;
};

}  // namespace synsplice
