// One run with the simulator's own TCP: its hosts, routers and attackers at the cables.
#pragma once

#include <cstdint>
#include <deque>
#include <ostream>
#include <vector>

#include "cables.h"
#include "cheater.h"
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
  const std::deque<Connection>& connections() const { return connections_; }
  const std::deque<TcpEnd>& ends() const { return ends_; }
  const std::deque<Cheat>& cheats() const { return cheats_; }
  Cheat* FindCheat(const Endpoint& client);
  // The appliance's flow of a client's endpoint to a service.
  std::optional<Flow> FlowOf(const Endpoint& client, uint16_t service) const;
  // Counts the sockets of its network again when what is under way has arrived.
  void CountSocketsAgain(const TcpEnd& server_end, int64_t at);

  // From the ends of connections.
  void SendFrom(const TcpEnd& end, test::TcpFrame& segment, const Origin& origin);
  void NoteResetSent(const TcpEnd& end);
  void OnAccepted(TcpEnd& end);
  void OnTimeWait(TcpEnd& end) { Log(end, "time wait"); }
  void OnEndClosed(TcpEnd& end);
  void OnPawsRejection(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin) {
    witness_.OnPaws(end, segment, origin);
  }
  // What its SYN-ACK says: its own, or what the path to that client allows.
  uint16_t MssOf(const TcpEnd& end) const;
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
  void AnswerCheck(uint32_t server, const test::TcpFrame& syn);
  void AcceptLate(uint32_t index);
  void TakeSyn(uint32_t server, const test::TcpFrame& frame, TcpEnd* existing);
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
  void ForgeReset();
  // cheater.cc
  void BeginCheat(uint32_t plan);
  void CheaterHears(Cheat& cheat, const test::TcpFrame& segment);
  void CheaterOpens(Cheat& cheat, const test::TcpFrame& answer);
  test::TcpFrame CheatersSegment(const Cheat& cheat, uint8_t flags, uint32_t seq) const;
  void SayFalsely(const test::TcpFrame& segment, test::Bytes&& bytes);
  // cheater_moves.cc
  void MoveCheat(uint32_t cheat);
  void MakeMove(Cheat& cheat, CheatPlan::Kind kind);
  void Dig(Cheat& cheat, bool damaged);
  void ResetAt(Cheat& cheat, uint32_t seq);
  void ResetSomewhere(Cheat& cheat);
  void LieAboutThePath(Cheat& cheat);

  std::deque<Connection> connections_;
  std::deque<TcpEnd> ends_;
  std::deque<Cheat> cheats_;
  std::vector<uint32_t> begun_;  // per plan: cheating connections
  struct LateSyn {
    uint32_t server;
    test::TcpFrame frame;
  };
  std::deque<LateSyn> late_syns_;
  struct NarrowPath {
    Address client;
    uint32_t mtu;
  };
  std::vector<NarrowPath> narrow_paths_;  // that routers, or liars, have told the servers of
  std::vector<int64_t> timer_at_;         // per end: when its next timer is planned
  Witness witness_;
};

}  // namespace synsplice::sim
