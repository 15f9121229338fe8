// Plays recorded connections: their ACKs carry no cookie of ours, so each is moved onto the one
// that we have just made for its SYN, and the recorded server plays the backend.
//
// Theory of operation. The sides are told apart by the service's endpoints. The recorded SYN gets
// its cookie isnP; what the client says from then on to isnS, the recorded server's number, is said
// to isnP (ack, SACK, TSecr). What the server said waits until our SYN has gone to the backend:
// before, nobody has asked it. Options that one of the two SYN-ACKs lacks were not negotiated, and
// are blanked out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "replay/recorded_sessions.h"
#include "replay/replay.h"

namespace synsplice {

class SessionReplay final : private ReplayObserver {
 public:
  // How the capture was made: a file of both directions, or one of each side's.
  enum class Sides : uint8_t { kMixed, kApart };

  // All must outlive this. `policy` is that of RecordedSessions::WithPromises.
  SessionReplay(const RecordedSessions& recorded, Sides sides, Replay::Setup setup,
                ReplayObserver& observer);

  // As Replay's.
  void Publish(const ListTable& lists) { replay_.Publish(lists); }

  void Feed(CapturedFrame frame);
  // What was never asked for is judged all the same, behind everything else.
  void Finish();

  // How many sessions opened and closed, and why others did not: closing lines.
  std::vector<std::string> Report() const;
  const Proxy& proxy() const { return replay_.proxy(); }

 private:
  enum class State : uint8_t { kSyn, kAsked, kAnswered, kSpliced, kFailed };

  struct Session {
    State state = State::kSyn;
    const RecordedSession* recorded = nullptr;
    bool has_cookie = false;
    uint32_t isn_p = 0;
    bool timestamps = false;  // of our SYN-ACK
    uint32_t tsval = 0;
    Endpoint backend;
    std::vector<CapturedFrame> held;  // of the server
    bool closed = false;
    std::string reason;  // why it did not open
  };

  void OnJudged(const JudgedFrame& judged) override;
  void OnMade(const MadeFrame& made) override;
  void OnHeldEnd(Outbox::SlotEvent::Kind kind, size_t frame_count) override;

  void FeedClient(const SessionKey& key, CapturedFrame frame);
  void FeedServer(const SessionKey& key, CapturedFrame frame);
  void FeedOther(CapturedFrame frame);
  void Begin(const SessionKey& key, const RecordedSession* recorded);
  void End(Session& session);
  void ToCookie(const Session& session, CapturedFrame& frame) const;
  void BlankOptions(const SessionKey& key, const Session& session, CapturedFrame& frame) const;
  void FromBackend(const Session& session, CapturedFrame& frame) const;
  void FeedHeld(Session& session);
  std::string WhyNot(const Session& session) const;

  const RecordedSessions& recorded_;
  Sides sides_;
  const Policy& policy_;
  ReplayObserver& observer_;
  Replay replay_;
  std::map<SessionKey, Session> sessions_;  // the latest of each tuple
  const SessionKey* current_ = nullptr;     // whose frame is being judged
  std::map<SessionKey, bool> strangers_;    // began before the capture
  std::map<std::string, uint64_t> not_opened_;
  uint64_t opened_ = 0, closed_ = 0, mirrored_ = 0;
};

}  // namespace synsplice
