// Tells in text what the core decided; a line has at most kTextColumns.
//
//    3   0.001204 outside FRAME                  number in the file of its side, as in Wireshark
//        VERDICT: OUTPUT cookie[...]
//        flow BEFORE -> AFTER
//        sent to inside: FRAME                   a frame of the core's own
//        1.001204 timer   sent to inside: FRAME  the same, made by a timer
//        released 2 held frames                  they follow with "held" in place of their side
//
// Then each connection:
//
// 198.18.0.1:4711 > 198.18.0.10:80 (web)
//        cookie accepted 0.001204, backend 198.18.0.11:80, spliced 0.001310, closed
//        frames outside 7, inside 5, dropped: rst_out_of_window 2
#pragma once

#include <cstdio>
#include <string>

#include "explain/explanation.h"

namespace synsplice {

class Explain final : public Explanation {
 public:
  // Times are told relative to `start`. `policy` must outlive this.
  Explain(const Policy& policy, CaptureTime start, std::FILE* to)
      : policy_(policy), start_(start), to_(to) {}

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override;
  void OnConnection(const Connection& connection) override;
  void Summarise(const Proxy& proxy) override;
  void Note(const std::string& sentence) override;

 private:
  void BeginConnections();
  void PrintDetail(const std::string& text);
  std::string TimeText(CaptureTime time) const;

  const Policy& policy_;
  CaptureTime start_;
  std::FILE* to_;
  bool in_connections_ = false;
  uint64_t only_asked_ = 0;  // connections: a flood's would fill the screen
};

}  // namespace synsplice
