// The invariants: what every end may see, what the appliance may hold and do. README.md lists them
// and what is exempt, each by name.
#pragma once

#include <string>

#include "packet.h"
#include "support/icmp_frame.h"
#include "support/tcp_frame.h"
#include "synsplice/base/side.h"
#include "synsplice/base/verdict.h"
#include "synsplice/flow/flow.h"

namespace synsplice::sim {

class TcpEnd;
class World;
struct Cheat;
struct Connection;

class Witness {
 public:
  explicit Witness(World& world) : world_(world) {}

  // A segment that reaches an open end, before the end looks at it.
  void OnSegment(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  // An end has taken a RST, or has turned a segment away by PAWS.
  void OnReset(TcpEnd& end, const Origin& origin);
  void OnPaws(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  void OnTimedOut(const TcpEnd& end);
  // An end is told that a segment was too long.
  void OnTooBig(TcpEnd& end, const test::IcmpError& error, const Origin& origin);
  // A SYN reaches a server; `connection`: whose it is, null if nobody sent it.
  void OnSynAtServer(Connection* connection, const test::TcpFrame& syn);
  // The appliance has judged a frame.
  void OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet);
  // After every burst.
  void OnStep();
  // An attacker is about to break another rule.
  void OnCheatMove(const Cheat& cheat);
  // What was under way when a server accepted one connection too many has arrived.
  void OnSocketsSettled(const TcpEnd& server_end);
  // A connection is open at both ends.
  void OnAccepted(const TcpEnd& server_end);
  bool MayNeverEnd() const;
  // All ends are closed; later: all timeouts are over.
  void OnQuiet();
  void OnEmpty();

 private:
  void CheckCounters();
  bool IsOwn(const TcpEnd& end, const test::TcpFrame& segment, const Origin& origin) const;
  void CheckNumbers(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  void CheckBytes(TcpEnd& end, const test::TcpFrame& segment);
  void CheckWindow(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  void CheckTimestamps(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  void CheckSack(TcpEnd& end, const test::TcpFrame& segment);
  void CheckEcn(TcpEnd& end, const test::TcpFrame& segment, const Origin& origin);
  void CheckSynAck(TcpEnd& end, const test::TcpFrame& segment);
  void CheckForgedSyn(const Packet& packet);
  // witness_limits.cc
  bool IsSheltered(const Connection& connection) const;
  bool MayFillConnlimit() const;
  void CheckRefusal(const TcpEnd& end, const Connection& connection, Reason reason);
  void CheckOpening(const Connection& connection);
  bool IsGone(const Connection& connection, int64_t time) const;
  uint32_t Sockets(const TcpEnd& end, int64_t time) const;
  void CheckRoom(const TcpEnd& server_end);
  void CheckForgedReset(const Connection& connection);
  void CheckMssTold(const TcpEnd& client, uint16_t told);
  uint64_t MostPlaces() const;
  // How many of the flows that are only noted are meant.
  size_t NotedFlows(bool (*is_meant)(const Flow&)) const;
  bool WasHeardLongAgo(uint16_t service) const;
  bool PortWasBusy(const Connection& connection) const;
  bool HasGoneWhileClosing(const Connection& connection) const;
  bool WasEvictedWhileOpening(const Connection& connection) const;
  void CheckMtu(TcpEnd& end, const test::IcmpError& error, const Origin& origin);
  void CheckErrorVerdict(Side side, synsplice::Verdict verdict, const Packet& packet);
  bool MayBeTooBig(Side side, const Connection& connection, uint32_t length) const;
  void JudgeConnection(const Connection& connection);
  void JudgeMarks(const TcpEnd& end);
  void Fail(const TcpEnd& end, const std::string& what);

  World& world_;
};

}  // namespace synsplice::sim
