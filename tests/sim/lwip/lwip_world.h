// One run with lwIP at both ends: its hosts, cables, the appliance, a virtual clock, and the queue
// of what happens next. Everything follows from the seed.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <ostream>
#include <queue>
#include <string>
#include <vector>

#include "appliance.h"
#include "lwip_end.h"
#include "lwip_stack.h"
#include "packet.h"
#include "random.h"
#include "scenario.h"
#include "trace.h"

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
  bool client_reset_sent = false;  // the client's host sent a RST for this address and port
  bool server_reset_sent = false;  // the server's host did
  bool proxy_reset = false;        // the proxy told one end that there is no other
};

class LwipWorld : public Surroundings {
 public:
  // `trace`: gets a line per frame and event; may be null.
  LwipWorld(uint64_t seed, std::ostream* trace);

  // Runs to the end; the first thing found wrong, empty if nothing is.
  const std::string& Run();
  uint64_t frame_count() const { return frames_; }

  int64_t now() const override { return now_; }
  void OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) override;
  void FromProxy(Side to, Packet&& packet) override;
  void Fail(const std::string& what) override;

 private:
  enum class Kind : uint8_t { kToProxy, kToHost, kConnect, kRestart, kStackTick, kTick, kWake };
  struct Happening {
    int64_t at;
    uint32_t order;  // first come, first served
    Kind kind;
    Side side;
    uint32_t index;  // packet, plan or server

    bool operator<(const Happening& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  // lwip_world.cc
  void Plan(int64_t at, Kind kind, Side side = Side::kOutside, uint32_t index = 0);
  void PlanMore();
  bool JoinsBurst() const;
  void Happen(const Happening& happening);
  void AdvanceTo(int64_t time);
  void Settle();
  void Transmit(Side side, bool towards_proxy, Packet&& packet);
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
  void Deliver(Side side, const Packet& packet);
  bool ReachesServer(uint32_t server, const Packet& packet);
  LwipPair* FindPair(const Endpoint& client, const uint32_t* isn);
  void RunApplications(const Origin& origin);

  // lwip_judge.cc
  void JudgeArrival(Side side, const Packet& packet);
  void JudgeSyn(const test::TcpFrame& syn);
  void JudgeReset(const LwipEnd& end, LwipPair& pair, const Origin& origin);
  void JudgeState();
  bool LostItsFlow(const LwipPair& pair) const;
  void JudgePair(const LwipPair& pair);
  void JudgePlaces();
  void JudgeEnd();
  void Fail(const LwipEnd& end, const std::string& what);
  bool HasGoodLinks() const { return scenario_.IsLossless() && scenario_.IsOrderly(); }

  Random random_;
  Scenario scenario_;
  Trace trace_;
  int64_t now_ = 0;
  uint32_t next_order_ = 0;
  bool stack_tick_planned_ = false, tick_planned_ = false;
  int64_t wake_at_ = INT64_MAX;
  uint64_t frames_ = 0;
  std::string failure_;
  std::priority_queue<Happening> happenings_;
  std::vector<Packet> packets_;
  std::vector<uint32_t> free_packets_;
  std::vector<Packet> burst_;
  Side burst_side_ = Side::kOutside;
  std::deque<LwipPair> pairs_;
  std::deque<LwipEnd> ends_;
  struct EqualAcks {
    uint32_t seq = 0, ack = 0;
    int count = 0;
  };
  std::array<EqualAcks, kMaxHosts> equal_acks_;  // of the last tick, per host
  std::vector<bool> noted_;                      // per end: its end was judged
  Appliance appliance_;
  LwipStack stack_;
};

}  // namespace synsplice::sim
