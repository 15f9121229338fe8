#include "world.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint32_t kMaxHappenings = 20000;
constexpr int64_t kTickInterval = 100;       // milliseconds, while handshakes wait
constexpr int64_t kAllTimeouts = 8'000'000;  // milliseconds

}  // namespace

World::World(uint64_t seed, std::ostream* trace)
    : random_(seed),
      scenario_(DrawScenario(random_)),
      trace_(trace),
      appliance_(*this, scenario_, random_),
      witness_(*this) {
  for (uint32_t i = 0; i < scenario_.connections.size(); ++i) {
    Plan(scenario_.connections[i].start, Kind::kConnect, Side::kOutside, i);
  }
  for (uint32_t i = 0; i < scenario_.servers.size(); ++i) {
    const int64_t at = scenario_.servers[i].restart_at;
    if (at >= 0) Plan(at, Kind::kRestart, Side::kInside, i);
  }
  const FloodPlan& flood = scenario_.flood;
  for (uint32_t i = 0; i < flood.frames; ++i) {
    Plan(flood.start + random_.Below(static_cast<uint32_t>(flood.length)), Kind::kFlood,
         Side::kOutside, 0);
  }
}

void World::Fail(const std::string& what) {
  if (failed()) return;
  failure_ = what.empty() ? "?" : what;
  trace_.Line(now_, "FAILED: " + what);
}

void World::Plan(int64_t at, Kind kind, Side side, uint32_t index) {
  happenings_.push({at, next_order_++, kind, static_cast<uint8_t>(side), index});
}

void World::PlanTimer(uint32_t end) {
  const int64_t deadline = ends_[end].Deadline();
  if (deadline >= timer_at_[end]) return;
  timer_at_[end] = deadline;
  Plan(std::max(deadline, now_), Kind::kTimer, Side::kOutside, end);
}

const std::string& World::Run() {
  while (!failed() && (!happenings_.empty() || !burst_.empty())) {
    if (!burst_.empty() && !JoinsBurst()) {
      FlushBurst();
    } else {
      const Happening next = happenings_.top();
      happenings_.pop();
      AdvanceTo(next.at);
      Happen(next);
    }
    PlanMore();
    if (next_order_ > kMaxHappenings) {
      if (!witness_.MayNeverEnd()) Fail("the run does not come to an end");
      return failure_;
    }
  }
  if (!failed()) Settle();
  return failure_;
}

// Frames that arrive on one side in a row in one millisecond are one burst.
bool World::JoinsBurst() const {
  if (happenings_.empty() || burst_.size() == kMaxBurst) return false;
  const Happening& next = happenings_.top();
  return next.at == now_ && next.kind == Kind::kToProxy &&
         next.side == static_cast<uint8_t>(burst_side_);
}

void World::PlanMore() {
  for (uint32_t i = 0; i < ends_.size(); ++i) PlanTimer(i);
  if (tick_planned_ || appliance_.handshake_count() == 0) return;
  tick_planned_ = true;
  Plan(now_ + kTickInterval, Kind::kTick, Side::kOutside, 0);
}

void World::Settle() {
  AdvanceTo(now_ + 30'000);
  witness_.OnQuiet();
  now_ += kAllTimeouts;
  appliance_.Tick();
  now_ += 4000;
  appliance_.Tick();
  if (!failed()) witness_.OnEmpty();
}

void World::AdvanceTo(int64_t time) {
  if (time == now_) return;
  now_ = time;
  appliance_.Tick();
}

void World::FlushBurst() {
  appliance_.Process(burst_side_, burst_);
  witness_.OnStep();
}

void World::Happen(const Happening& happening) {
  const Side side = static_cast<Side>(happening.side);
  switch (happening.kind) {
    case Kind::kToProxy:
      burst_side_ = side;
      burst_.push_back(std::move(packets_[happening.index]));
      free_packets_.push_back(happening.index);
      return;
    case Kind::kToHost: {
      Packet packet = std::move(packets_[happening.index]);
      free_packets_.push_back(happening.index);
      return Deliver(side, packet);
    }
    case Kind::kTimer:
      timer_at_[happening.index] = INT64_MAX;
      if (ends_[happening.index].Deadline() <= now_) ends_[happening.index].OnTimer();
      return;
    case Kind::kConnect:
      return Connect(happening.index);
    case Kind::kRestart:
      return Restart(happening.index);
    case Kind::kFlood:
      return Flood();
    case Kind::kTick:
      tick_planned_ = false;
      return;
  }
}

void World::Transmit(Side side, bool towards_proxy, Packet&& packet) {
  if (!PassesRouter(side, towards_proxy, packet)) return;
  const LinkQuality* links = side == Side::kOutside ? scenario_.outside : scenario_.inside;
  LinkQuality quality = links[towards_proxy ? 0 : 1];
  if (now_ >= scenario_.heals_at) quality = {.delay = quality.delay};
  const Fate fate = sim::Transmit(quality, random_, packet);
  ++frames_;
  if (fate.copies == 0) trace_.Write(now_, "lost", side, packet);
  for (int i = 0; i < fate.copies; ++i) {
    if (free_packets_.empty()) {
      free_packets_.push_back(static_cast<uint32_t>(packets_.size()));
      packets_.emplace_back();
    }
    const uint32_t index = free_packets_.back();
    free_packets_.pop_back();
    packets_[index] = i + 1 == fate.copies ? std::move(packet) : packet;
    Plan(now_ + fate.delays[i], towards_proxy ? Kind::kToProxy : Kind::kToHost, side, index);
  }
}

void World::OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) {
  trace_.Write(now_, side, verdict, packet);
  witness_.OnVerdict(side, verdict, packet);
}

void World::FromProxy(Side to, Packet&& packet) {
  trace_.Write(now_, "leaves", to, packet);
  Transmit(to, false, std::move(packet));
}

void World::SendFrom(const TcpEnd& end, test::TcpFrame& segment, const Origin& origin) {
  const bool v6 = scenario_.v6;
  const Endpoint server =
      end.client ? ListenerEndpoint(v6) : BackendEndpoint(scenario_, end.connection.server_index);
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
