// One run with the simulator's own TCP: its hosts, routers and attackers at the cables.
#pragma once

#include <cstdint>
#include <deque>
#include <ostream>
#include <vector>

#include "cables.h"
#include "connection.h"
#include "support/icmp_frame.h"
#include "tcp_end.h"
#include "witness.h"

namespace synsplice::sim {

class World final : public Cables {
 public:
  // `trace`: see Cables.
  World(uint64_t seed, std::ostream* trace);

  std::deque<Connection>& connections() { return connections_; }

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

 private:
  void HappenAtHosts(Kind kind, uint32_t index) override;
  bool MayNeverEnd() const override { return witness_.MayNeverEnd(); }
  void PlanMore() override;
  void OnStep() override { witness_.OnStep(); }
  void OnQuiet() override { witness_.OnQuiet(); }
  void OnEmpty() override { witness_.OnEmpty(); }
  void OnTimer(uint32_t end);
  void Log(const TcpEnd& end, const char* what);

  // hosts.cc
  void Connect(uint32_t plan);
  void Deliver(Side side, const Packet& packet) override;
  void DeliverToClient(const test::TcpFrame& frame, const Origin& origin);
  void DeliverToServer(const test::TcpFrame& frame, const Origin& origin);
  void OnSynAtServer(uint32_t server, const test::TcpFrame& frame, TcpEnd* existing);
  void AnswerUnknown(Side side, const test::TcpFrame& frame);
  void Restart(uint32_t server);
  TcpEnd& NewEnd(Connection& connection, bool client);
  TcpEnd* FindEnd(bool client, uint32_t server, const Endpoint& client_endpoint);
  Connection* FindConnection(const Endpoint& client, uint32_t isn);
  uint32_t IsnFor(const ConnectionPlan& plan, const TcpEnd* before);
  // router.cc
  bool Passes(Side side, bool towards_proxy, const Packet& packet) override;
  void TellTooBig(Side side, bool towards_proxy, const test::TcpFrame& segment, uint32_t mtu,
                  Origin::Maker maker);
  void DeliverError(Side side, const test::IcmpError& error, const Origin& origin);
  // attacker.cc
  void Flood();
  test::TcpFrame ForgedSegment(uint8_t flags);
  Endpoint ForgedClient(uint8_t flags);

  std::deque<Connection> connections_;
  std::deque<TcpEnd> ends_;
  std::vector<int64_t> timer_at_;  // per end: when its next timer is planned
  Witness witness_;
};

}  // namespace synsplice::sim
