#include "lwip_world.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint32_t kMaxHappenings = 100'000;
constexpr int64_t kTickInterval = 100;       // milliseconds, while handshakes wait
constexpr int64_t kAllTimeouts = 8'000'000;  // milliseconds
constexpr uint8_t kFineScale = 3;

// What the seed decides, for hosts whose TCP is as Debian has built it.
Scenario DrawLwipScenario(Random& random) {
  Scenario scenario = DrawScenario(random);
  if (random.Percent(25)) {
    for (LinkQuality* links : {scenario.outside, scenario.inside}) {
      for (int i = 0; i < 2; ++i) links[i] = {.delay = links[i].delay};
    }
  }
  // Some streams are longer than the window and read slowly, so that it closes. Not with a coarse
  // scale: a window below its unit is rounded up (rule 16), and lwIP stops with an assertion when a
  // segment out of order lies beyond its window.
  const auto scale = scenario.config.services[0].promise.window_scale;
  const bool fine = scale && (*scale <= kFineScale || *scale == kNoScale);
  for (ConnectionPlan& plan : scenario.connections) {
    if (scenario.clients[plan.host].mss < 1000 || !fine || !random.Percent(10)) continue;
    const bool from_client = random.Percent(50);
    Script& writer = from_client ? plan.client : plan.server;
    Script& reader = from_client ? plan.server : plan.client;
    writer.bytes = random.Between(70'000, 200'000);
    writer.chunk = random.Between(5000, 200'000);
    reader.read_chunk = random.Between(4000, 40'000);
    reader.read_gap = random.Between(50, 3000);
    if (reader.wait_for != 0) reader.wait_for = writer.bytes;
  }
  return scenario;
}

}  // namespace

LwipWorld::LwipWorld(uint64_t seed, std::ostream* trace)
    : random_(seed),
      scenario_(DrawLwipScenario(random_)),
      trace_(trace),
      appliance_(*this, scenario_, random_),
      stack_({[this](uint32_t host, std::span<const uint8_t> packet) { OnOutput(host, packet); },
              [this](const tcp_pcb& pcb) { return NextIsn(pcb); }}) {
  SetUpHosts();
  for (uint32_t i = 0; i < scenario_.connections.size(); ++i) {
    Plan(scenario_.connections[i].start, Kind::kConnect, Side::kOutside, i);
  }
  for (uint32_t i = 0; i < scenario_.servers.size(); ++i) {
    const int64_t at = scenario_.servers[i].restart_at;
    if (at >= 0) Plan(at, Kind::kRestart, Side::kInside, i);
  }
}

void LwipWorld::Fail(const std::string& what) {
  if (!failure_.empty()) return;
  failure_ = what;
  trace_.Line(now_, "FAILED: " + what);
}

void LwipWorld::Plan(int64_t at, Kind kind, Side side, uint32_t index) {
  happenings_.push({at, next_order_++, kind, side, index});
}

const std::string& LwipWorld::Run() {
  while (failure_.empty() && (!happenings_.empty() || !burst_.empty())) {
    if (!burst_.empty() && !JoinsBurst()) {
      appliance_.Process(burst_side_, burst_);
      JudgeState();
    } else {
      const Happening next = happenings_.top();
      happenings_.pop();
      AdvanceTo(next.at);
      Happen(next);
    }
    PlanMore();
    if (next_order_ > kMaxHappenings) Fail("the run does not come to an end");
  }
  if (failure_.empty()) Settle();
  return failure_;
}

// Frames that arrive on one side in a row in one millisecond are one burst.
bool LwipWorld::JoinsBurst() const {
  if (happenings_.empty() || burst_.size() == kMaxBurst) return false;
  const Happening& next = happenings_.top();
  return next.at == now_ && next.kind == Kind::kToProxy && next.side == burst_side_;
}

bool LwipWorld::IsOver() const {
  const auto closed = [](const LwipEnd& end) { return end.IsClosed(); };
  return std::all_of(ends_.begin(), ends_.end(), closed) && !stack_.IsBusy();
}

void LwipWorld::PlanMore() {
  if (!stack_tick_planned_ && !IsOver()) {
    stack_tick_planned_ = true;
    Plan(now_ + kTcpTick, Kind::kStackTick);
  }
  if (!tick_planned_ && appliance_.handshake_count() != 0) {
    tick_planned_ = true;
    Plan(now_ + kTickInterval, Kind::kTick);
  }
  int64_t deadline = INT64_MAX;
  for (const LwipEnd& end : ends_) deadline = std::min(deadline, end.Deadline());
  if (deadline >= wake_at_) return;
  wake_at_ = std::max(deadline, now_);
  Plan(wake_at_, Kind::kWake);
}

void LwipWorld::AdvanceTo(int64_t time) {
  if (time == now_) return;
  now_ = time;
  appliance_.Tick();
}

void LwipWorld::Happen(const Happening& happening) {
  switch (happening.kind) {
    case Kind::kToProxy:
      burst_side_ = happening.side;
      burst_.push_back(std::move(packets_[happening.index]));
      free_packets_.push_back(happening.index);
      return;
    case Kind::kToHost: {
      const Packet packet = std::move(packets_[happening.index]);
      free_packets_.push_back(happening.index);
      return Deliver(happening.side, packet);
    }
    case Kind::kConnect:
      return Connect(happening.index);
    case Kind::kRestart:
      return Restart(happening.index);
    case Kind::kStackTick:
      stack_tick_planned_ = false;
      equal_acks_.fill({});
      stack_.Tick();
      return RunApplications({});
    case Kind::kTick:
      tick_planned_ = false;
      return;
    case Kind::kWake:
      wake_at_ = INT64_MAX;
      return RunApplications({});
  }
}

void LwipWorld::Settle() {
  AdvanceTo(now_ + 30'000);
  for (const LwipPair& pair : pairs_) JudgePair(pair);
  JudgePlaces();
  for (const int64_t step : {kAllTimeouts, int64_t{4000}}) AdvanceTo(now_ + step);
  if (failure_.empty()) JudgeEnd();
}

void LwipWorld::Transmit(Side side, bool towards_proxy, Packet&& packet) {
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

void LwipWorld::FromProxy(Side to, Packet&& packet) {
  trace_.Write(now_, "leaves", to, packet);
  Transmit(to, false, std::move(packet));
}

}  // namespace synsplice::sim
