#include "cables.h"

namespace synsplice::sim {
namespace {

constexpr int64_t kTickInterval = 100;  // milliseconds
constexpr int64_t kLastSegments = 30'000;
constexpr int64_t kAllTimeouts = 8'000'000;

}  // namespace

Cables::Cables(uint64_t seed, Scenario (*draw)(Random&), std::ostream* trace,
               uint32_t most_happenings)
    : random_(seed),
      scenario_(draw(random_)),
      trace_(trace),
      appliance_(*this, scenario_, random_),
      most_happenings_(most_happenings) {
  for (uint32_t i = 0; i < scenario_.connections.size(); ++i) {
    Plan(scenario_.connections[i].start, Kind::kConnect, Side::kOutside, i);
  }
  for (uint32_t i = 0; i < scenario_.servers.size(); ++i) {
    const int64_t at = scenario_.servers[i].restart_at;
    if (at >= 0) Plan(at, Kind::kRestart, Side::kInside, i);
  }
}

void Cables::Fail(const std::string& what) {
  if (failed()) return;
  failure_ = what.empty() ? "?" : what;
  trace_.Line(now_, "FAILED: " + what);
}

void Cables::Plan(int64_t at, Kind kind, Side side, uint32_t index) {
  happenings_.push({at, next_order_++, kind, side, index});
}

const std::string& Cables::Run() {
  while (!failed() && (!happenings_.empty() || !burst_.empty())) {
    Step();
    PlanMore();
    PlanTick();
    if (next_order_ > most_happenings_) {
      if (!MayNeverEnd()) Fail("the run does not come to an end");
      return failure_;
    }
  }
  if (!failed()) Settle();
  return failure_;
}

void Cables::Step() {
  if (!burst_.empty() && !JoinsBurst()) {
    appliance_.Process(burst_side_, burst_);
    return OnStep();
  }
  const Happening next = happenings_.top();
  happenings_.pop();
  AdvanceTo(next.at);
  Happen(next);
}

// Frames that arrive on one side in a row in one millisecond are one burst.
bool Cables::JoinsBurst() const {
  if (happenings_.empty() || burst_.size() == kMaxBurst) return false;
  const Happening& next = happenings_.top();
  return next.at == now_ && next.kind == Kind::kToProxy && next.side == burst_side_;
}

void Cables::PlanTick() {
  if (tick_planned_ || appliance_.handshake_count() == 0) return;
  tick_planned_ = true;
  Plan(now_ + kTickInterval, Kind::kTick);
}

void Cables::AdvanceTo(int64_t time) {
  if (time == now_) return;
  now_ = time;
  appliance_.Tick();
}

void Cables::Happen(const Happening& happening) {
  switch (happening.kind) {
    case Kind::kToProxy:
      burst_side_ = happening.side;
      burst_.push_back(TakeOut(happening.index));
      return;
    case Kind::kToHost:
      return Deliver(happening.side, TakeOut(happening.index));
    case Kind::kTick:
      tick_planned_ = false;
      return;
    default:
      return HappenAtHosts(happening.kind, happening.index);
  }
}

void Cables::Settle() {
  AdvanceTo(now_ + kLastSegments);
  OnQuiet();
  for (const int64_t step : {kAllTimeouts, int64_t{4000}}) AdvanceTo(now_ + step);
  if (!failed()) OnEmpty();
}

uint32_t Cables::Store(Packet&& packet) {
  if (free_packets_.empty()) {
    free_packets_.push_back(static_cast<uint32_t>(packets_.size()));
    packets_.emplace_back();
  }
  const uint32_t index = free_packets_.back();
  free_packets_.pop_back();
  packets_[index] = std::move(packet);
  return index;
}

Packet Cables::TakeOut(uint32_t index) {
  free_packets_.push_back(index);
  return std::move(packets_[index]);
}

void Cables::Transmit(Side side, bool towards_proxy, Packet&& packet) {
  if (!Passes(side, towards_proxy, packet)) return;
  const LinkQuality* links = side == Side::kOutside ? scenario_.outside : scenario_.inside;
  LinkQuality quality = links[towards_proxy ? 0 : 1];
  if (now_ >= scenario_.heals_at) quality = {.delay = quality.delay};
  const Fate fate = sim::Transmit(quality, random_, packet);
  ++frames_;
  if (fate.copies == 0) trace_.Write(now_, "lost", side, packet);
  for (int i = 0; i < fate.copies; ++i) {
    const uint32_t index = Store(i + 1 == fate.copies ? std::move(packet) : Packet(packet));
    Plan(now_ + fate.delays[i], towards_proxy ? Kind::kToProxy : Kind::kToHost, side, index);
  }
}

void Cables::FromProxy(Side to, Packet&& packet) {
  trace_.Write(now_, "leaves", to, packet);
  Transmit(to, false, std::move(packet));
}

}  // namespace synsplice::sim
