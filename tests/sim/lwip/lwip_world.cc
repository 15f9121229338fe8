#include "lwip_world.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint32_t kMostHappenings = 100'000;
constexpr uint8_t kFineScale = 3;

// What the seed decides, for hosts whose TCP is as Debian has built it.
Scenario DrawLwipScenario(Random& random) {
  Scenario scenario = DrawScenario(random);
  // These hosts know who has sent each SYN, and that we have answered it.
  scenario.config.services[0].health = {};
  scenario.switches = false;
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
    : Cables(seed, DrawLwipScenario, trace, kMostHappenings),
      stack_({[this](uint32_t host, std::span<const uint8_t> packet) { OnOutput(host, packet); },
              [this](const tcp_pcb& pcb) { return NextIsn(pcb); }}) {
  SetUpHosts();
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
  int64_t deadline = INT64_MAX;
  for (const LwipEnd& end : ends_) deadline = std::min(deadline, end.Deadline());
  if (deadline >= wake_at_) return;
  wake_at_ = std::max(deadline, now_);
  Plan(wake_at_, Kind::kTimer);
}

void LwipWorld::HappenAtHosts(Kind kind, uint32_t index) {
  if (kind == Kind::kConnect) return Connect(index);
  if (kind == Kind::kRestart) return Restart(index);
  if (kind == Kind::kStackTick) {
    stack_tick_planned_ = false;
    equal_acks_.fill({});
    stack_.Tick();
  } else {
    wake_at_ = INT64_MAX;
  }
  RunApplications({});
}

void LwipWorld::OnQuiet() {
  for (const LwipPair& pair : pairs_) JudgePair(pair);
  JudgePlaces();
}

}  // namespace synsplice::sim
