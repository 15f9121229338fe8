// One run with lwIP at both ends: its hosts at the cables.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <ostream>
#include <string>
#include <vector>

#include "cables.h"
#include "lwip_end.h"
#include "lwip_stack.h"

namespace synsplice::sim {

// One connection that a client opens: both ends and what may excuse them.
struct LwipPair {
  int id = 0;
  Endpoint client;
  const ConnectionPlan* plan = nullptr;
  LwipEnd* client_end = nullptr;
  LwipEnd* server_end = nullptr;  // once the server has accepted it
  uint32_t isn_c = 0;
  bool handshake_done = false;     // the client has got its SYN-ACK
  bool over_limit = false;         // a limit has turned a segment away
  bool damage_passed = false;      // the proxy has sent a damaged segment on
  bool misled = false;             // an open end has got a segment that cannot be its peer's
  bool client_reset_sent = false;  // the client's host sent a RST for this address and port
  bool server_reset_sent = false;  // the server's host did
  bool proxy_reset = false;        // the proxy told one end that there is no other
};

class LwipWorld : public Cables {
 public:
  // `trace`: see Cables.
  LwipWorld(uint64_t seed, std::ostream* trace);

  void OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) override;

 private:
  // lwip_world.cc
  void HappenAtHosts(Kind kind, uint32_t index) override;
  bool Passes(Side, bool, const Packet&) override { return true; }
  bool MayNeverEnd() const override { return false; }
  void PlanMore() override;
  void OnQuiet() override;
  bool IsOver() const;

  // lwip_hosts.cc
  void SetUpHosts();
  void Listen(uint32_t server);
  void Connect(uint32_t plan);
  void Restart(uint32_t server);
  uint32_t NextIsn(const tcp_pcb& pcb);
  void Accept(tcp_pcb& pcb);
  void OnOutput(uint32_t host, std::span<const uint8_t> packet);
  bool IsChallengeTooMany(uint32_t host, const test::TcpFrame& segment);
  void Sign(const test::TcpFrame& segment, Origin& origin);
  void Deliver(Side side, const Packet& packet) override;
  bool ReachesServer(uint32_t server, const Packet& packet);
  LwipPair* FindPair(const Endpoint& client, const uint32_t* isn);
  void RunApplications(const Origin& origin);

  // lwip_judge.cc
  void JudgeArrival(Side side, const Packet& packet);
  void JudgeSyn(const test::TcpFrame& syn);
  void JudgeReset(const LwipEnd& end, LwipPair& pair, const Origin& origin);
  bool HasSentReset(const Endpoint& client) const;
  bool HaveServersFailed() const;
  void OnStep() override;
  bool LostItsFlow(const LwipPair& pair) const;
  void JudgePair(const LwipPair& pair);
  void JudgePlaces();
  void OnEmpty() override;
  using Cables::Fail;
  void Fail(const LwipEnd& end, const std::string& what);
  bool HasGoodLinks() const { return scenario_.IsLossless() && scenario_.IsOrderly(); }

  bool stack_tick_planned_ = false;
  int64_t wake_at_ = INT64_MAX;
  std::deque<LwipPair> pairs_;
  std::deque<LwipEnd> ends_;
  struct EqualAcks {
    uint32_t seq = 0, ack = 0;
    int count = 0;
  };
  std::array<EqualAcks, kMaxHosts> equal_acks_;  // of the last tick, per host
  std::vector<bool> noted_;                      // per end: its end was judged
  LwipStack stack_;
};

}  // namespace synsplice::sim
