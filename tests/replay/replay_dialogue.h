// A short dialogue through the replay shell, with everything that its observer is told.
#pragma once

#include <utility>
#include <vector>

#include "replay/replay.h"
#include "support/tcp_frame.h"

namespace synsplice::test {

// One transparent service at 198.18.0.10:80, one client at 198.18.0.2:40000 with ISN 1000.
class ReplayDialogue : private ReplayObserver {
 public:
  // What is kept of a JudgedFrame and a MadeFrame when the spans are gone.
  struct Judged {
    CaptureTime time;
    bool released;
    Verdict verdict;
    std::optional<Flow> flow_before, flow_after;
  };
  struct Made {
    CaptureTime time;
    bool by_timer;
    Side to;
  };

  ReplayDialogue() : policy_(OneService()), replay_(policy_, HashKeyFrom(1), At({}), *this) {}

  CaptureTime At(std::chrono::milliseconds offset) const {
    return CaptureTime(std::chrono::seconds(1700000000)) + offset;
  }

  void FromClient(std::chrono::milliseconds offset, uint8_t flags, const std::string& data = "") {
    TcpFrame frame = Frame(kClient, kService);
    frame.seq = flags & kS ? 1000 : 1001;
    frame.ack = flags & kA ? client_ack : 0;
    frame.flags = flags;
    frame.payload = data;
    replay_.Feed({Side::kOutside, At(offset), frame.Build()});
  }
  void FromServer(std::chrono::milliseconds offset, uint8_t flags) {
    TcpFrame frame = Frame(kService, kClient);
    frame.seq = 5000;
    frame.ack = 1001;
    frame.flags = flags;
    replay_.Feed({Side::kInside, At(offset), frame.Build()});
  }
  void Unrelated(std::chrono::milliseconds offset) {
    replay_.Feed({Side::kInside, At(offset), Bytes(60)});
  }

  TcpFrame LastOutput() const { return ReadTcpFrame(last_output_).value(); }
  const std::vector<Judged>& judged() const { return judged_; }
  const std::vector<Made>& made() const { return made_; }
  const std::vector<std::pair<Outbox::SlotEvent::Kind, size_t>>& held_ends() const {
    return held_ends_;
  }
  const Replay& replay() const { return replay_; }

  uint32_t client_ack = 0;

 private:
  static constexpr const char* kClient = "198.18.0.2:40000";
  static constexpr const char* kService = "198.18.0.10:80";

  static Config OneService() {
    Config config;
    config.timeouts.established = std::chrono::hours(48);
    config.services.resize(1);
    config.services[0].name = "web";
    config.services[0].listen = {*ParseEndpoint(kService)};
    return config;
  }

  static TcpFrame Frame(const char* source, const char* destination) {
    TcpFrame frame;
    frame.source_mac = *ParseMac("02:00:00:00:00:0c");
    frame.destination_mac = *ParseMac("02:00:00:00:00:0e");
    frame.source = *ParseEndpoint(source);
    frame.destination = *ParseEndpoint(destination);
    frame.window = 1000;
    return frame;
  }

  void OnJudged(const JudgedFrame& judged) override {
    judged_.push_back(
        {judged.time, judged.released, judged.verdict, judged.flow_before, judged.flow_after});
    last_output_.assign(judged.output.begin(), judged.output.end());
  }
  void OnMade(const MadeFrame& made) override {
    made_.push_back({made.time, made.by_timer, made.to});
  }
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override {
    held_ends_.emplace_back(kind, frame_count);
  }

  Policy policy_;
  Replay replay_;
  std::vector<Judged> judged_;
  std::vector<Made> made_;
  std::vector<std::pair<Outbox::SlotEvent::Kind, size_t>> held_ends_;
  Bytes last_output_;
};

}  // namespace synsplice::test
