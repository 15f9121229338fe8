#include "world.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint32_t kMostHappenings = 20'000;
constexpr uint32_t kForgersTime = 10'000;  // milliseconds

}  // namespace

World::World(uint64_t seed, std::ostream* trace)
    : Cables(seed, DrawWorld, trace, kMostHappenings), witness_(*this) {
  const FloodPlan& flood = scenario_.flood;
  for (uint32_t i = 0; i < flood.frames; ++i) {
    Plan(flood.start + random_.Below(static_cast<uint32_t>(flood.length)), Kind::kFlood);
  }
  begun_.resize(scenario_.cheats.size());
  for (uint32_t i = 0; i < scenario_.cheats.size(); ++i) {
    Plan(scenario_.cheats[i].start, Kind::kCheatBegins, Side::kOutside, i);
  }
  for (uint32_t i = 0; i < scenario_.forged_resets; ++i) {
    Plan(random_.Below(kForgersTime), Kind::kForgedReset);
  }
}

void World::PlanMore() {
  for (uint32_t i = 0; i < ends_.size(); ++i) {
    const int64_t deadline = ends_[i].Deadline();
    if (deadline >= timer_at_[i]) continue;
    timer_at_[i] = deadline;
    Plan(std::max(deadline, now_), Kind::kTimer, Side::kOutside, i);
  }
}

void World::OnTimer(uint32_t end) {
  timer_at_[end] = INT64_MAX;
  if (ends_[end].Deadline() <= now_) ends_[end].OnTimer();
}

void World::HappenAtHosts(Kind kind, uint32_t index) {
  if (kind == Kind::kConnect) Connect(index);
  if (kind == Kind::kRestart) Restart(index);
  if (kind == Kind::kTimer) OnTimer(index);
  if (kind == Kind::kFlood) Flood();
  if (kind == Kind::kLateSyn) AcceptLate(index);
  if (kind == Kind::kCheatBegins) BeginCheat(index);
  if (kind == Kind::kCheatMoves) MoveCheat(index);
  if (kind == Kind::kForgedReset) ForgeReset();
  if (kind == Kind::kCountSockets) witness_.OnSocketsSettled(ends_[index]);
}

void World::CountSocketsAgain(const TcpEnd& server_end, int64_t at) {
  uint32_t index = 0;
  while (&ends_[index] != &server_end) ++index;
  Plan(at, Kind::kCountSockets, Side::kInside, index);
}

void World::OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) {
  trace_.Write(now_, side, verdict, packet);
  witness_.OnVerdict(side, verdict, packet);
}

void World::SendFrom(const TcpEnd& end, test::TcpFrame& segment, const Origin& origin) {
  const bool v6 = scenario_.v6;
  const Endpoint server = end.client ? ListenerEndpoint(v6, end.connection.plan->service)
                                     : BackendEndpoint(scenario_, end.connection.server_index);
  segment.source = end.client ? end.connection.client : server;
  segment.destination = end.client ? server : end.connection.client;
  segment.source_mac = end.client ? kClientMac : kServerMac;
  segment.destination_mac = end.client ? (scenario_.nat ? kOutsideMac : kServerMac) : kClientMac;
  segment.tags = scenario_.tags;
  const Side side = end.client ? Side::kOutside : Side::kInside;
  Packet packet{segment.Build(), origin};
  trace_.Write(now_, "sends", side, packet);
  Transmit(side, true, std::move(packet));
}

void World::Log(const TcpEnd& end, const char* what) {
  trace_.Line(
      now_, (end.client ? "client " : "server ") + std::to_string(end.connection.id) + ": " + what);
}

}  // namespace synsplice::sim
