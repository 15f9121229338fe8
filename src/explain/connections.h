// Follows each connection of a capture from its first frame to the end: explain's closing lines.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "explain/selection.h"
#include "replay/recorded_sessions.h"
#include "replay/replay.h"

namespace synsplice {

class Explanation;

// One tuple of client and service. A tuple that is used again is told as it was the last time.
struct Connection {
  enum class Opened : uint8_t { kNot, kByCookie, kByServer };

  SessionKey key;
  std::string service;  // its name
  bool asked = false;   // its SYN was answered by a cookie
  Opened opened = Opened::kNot;
  CaptureTime opened_at{};
  std::optional<CaptureTime> spliced_at;
  std::optional<Endpoint> backend;
  Phase phase = Phase::kWaiting;  // the last one seen, once opened
  bool was_closed = false;        // by both FINs, whatever came behind them
  bool forgotten = false;         // its flow was gone when a frame came
  std::optional<Side> reset_by;
  bool backend_silent = false;
  std::array<uint64_t, 2> frames{};  // that arrived, by side
  std::map<Reason, uint64_t> drops;  // dropped and refused frames
  bool shown = false;                // a frame of it was selected

  // A client that was sent a cookie and never came back: floods are made of these.
  bool OnlyAsked() const { return asked && opened == Opened::kNot && drops.empty(); }
};

// How it opened, whether it was spliced, how it ended: each in a few words.
std::string OpenedText(const Connection& connection);
std::string EndText(const Connection& connection);

class Connections final : public ReplayObserver {
 public:
  // Memory is bounded: frames of connections behind these are counted only.
  static constexpr size_t kMost = 100'000;

  // Both must outlive this; `selection` sees each frame before this does.
  Connections(const Policy& policy, const Selection& selection)
      : policy_(policy), selection_(selection) {}

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  // Those of which a frame was selected, in the order of their first frames.
  void Tell(Explanation& to) const;

 private:
  std::optional<SessionKey> KeyOf(const JudgedFrame& judged, const Packet& input,
                                  const Packet& output) const;
  Connection* Follow(const SessionKey& key);
  void SeeFlow(const JudgedFrame& judged, Connection& connection);

  const Policy& policy_;
  const Selection& selection_;
  std::deque<Connection> connections_;
  std::map<SessionKey, Connection*> by_key_;
  std::map<SessionKey, SessionKey> behind_nat_;  // by the backend's endpoint
  uint64_t others_ = 0;                          // frames
};

}  // namespace synsplice
