// One run: hosts, cables, the appliance, attackers, a virtual clock, and the queue of what happens
// next. Everything follows from the seed.
#pragma once

#include <cstdint>
#include <deque>
#include <ostream>
#include <queue>
#include <string>
#include <vector>

#include "appliance.h"
#include "connection.h"
#include "link.h"
#include "packet.h"
#include "random.h"
#include "scenario.h"
#include "support/icmp_frame.h"
#include "tcp_end.h"
#include "trace.h"
#include "witness.h"

namespace synsplice::sim {

class World final : public Surroundings {
 public:
  // `trace`: gets a line per frame and event; may be null.
  World(uint64_t seed, std::ostream* trace);

  // Runs to the end; the first thing found wrong, empty if nothing is.
  const std::string& Run();
  uint64_t frame_count() const { return frames_; }

  int64_t now() const override { return now_; }
  const Scenario& scenario() const { return scenario_; }
  const Appliance& appliance() const { return appliance_; }
  std::deque<Connection>& connections() { return connections_; }
  void Fail(const std::string& what) override;
  bool failed() const { return !failure_.empty(); }

  // From the ends of connections.
  void SendFrom(const TcpEnd& end, test::TcpFrame& segment, const Origin& origin);
  void NoteResetSent(const TcpEnd& end);
  void OnAccepted(TcpEnd& end);
  void OnTimeWait(TcpEnd& end) { Log(end, "time wait"); }
  void OnEndClosed(TcpEnd& end);
  void OnPawsRejection(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin) {
    witness_.OnPaws(end, segment, origin);
  }
  void OnResetTaken(TcpEnd& end, const Origin& origin) { witness_.OnReset(end, origin); }

  // From the appliance.
  void OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) override;
  void FromProxy(Side to, Packet&& packet) override;

 private:
  enum class Kind : uint8_t { kToProxy, kToHost, kTimer, kConnect, kRestart, kFlood, kTick };
  struct Happening {
    int64_t at;
    uint32_t order;  // first come, first served
    Kind kind;
    uint8_t side;
    uint32_t index;  // packet, end, plan or server

    bool operator<(const Happening& other) const {
      return at != other.at ? at > other.at : order > other.order;
    }
  };

  void Plan(int64_t at, Kind kind, Side side, uint32_t index);
  void PlanTimer(uint32_t end);
  void Happen(const Happening& happening);
  void AdvanceTo(int64_t time);
  bool JoinsBurst() const;
  void FlushBurst();
  void PlanMore();
  void Settle();
  void Log(const TcpEnd& end, const char* what);

  // The cables: from a host to the appliance and from it to the hosts.
  void Transmit(Side side, bool towards_proxy, Packet&& packet);
  // hosts.cc
  void Connect(uint32_t plan);
  void Deliver(Side side, Packet& packet);
  void DeliverToClient(const test::TcpFrame& frame, const Origin& origin);
  void DeliverToServer(const test::TcpFrame& frame, const Origin& origin);
  void OnSynAtServer(uint32_t server, const test::TcpFrame& frame, TcpEnd* existing);
  void AnswerUnknown(Side side, const test::TcpFrame& frame, const Origin& origin);
  void Restart(uint32_t server);
  TcpEnd& NewEnd(Connection& connection, bool client);
  TcpEnd* FindEnd(bool client, uint32_t server, const Endpoint& client_endpoint);
  Connection* FindConnection(const Endpoint& client, uint32_t isn);
  uint32_t IsnFor(const ConnectionPlan& plan, const TcpEnd* before);
  // router.cc
  bool PassesRouter(Side side, bool towards_proxy, const Packet& packet);
  void TellTooBig(Side side, bool towards_proxy, const test::TcpFrame& segment, uint32_t mtu,
                  Origin::Maker maker);
  void DeliverError(Side side, const test::IcmpError& error, const Origin& origin);
  // attacker.cc
  void Flood();
  test::TcpFrame ForgedSegment(uint8_t flags);
  Endpoint ForgedClient(uint8_t flags);

  Random random_;
  Scenario scenario_;
  Trace trace_;
  int64_t now_ = 0;
  uint32_t next_order_ = 0;
  bool tick_planned_ = false;  // only while a handshake waits
  uint64_t frames_ = 0;
  std::string failure_;
  std::priority_queue<Happening> happenings_;
  std::vector<Packet> packets_;
  std::vector<uint32_t> free_packets_;
  std::vector<Packet> burst_;
  Side burst_side_ = Side::kOutside;
  std::deque<Connection> connections_;
  std::deque<TcpEnd> ends_;
  std::vector<int64_t> timer_at_;  // per end: when its next timer is planned
  Appliance appliance_;
  Witness witness_;
};

}  // namespace synsplice::sim
