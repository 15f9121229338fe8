// What one frame costs in the core alone, in nanoseconds, kind by kind: the work that scripts/bench
// measures with a driver around it.
//
// Bursts of kMaxBurst frames, warm code; each row is the median burst. Frames are in the cache, as
// a card that writes into it leaves them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>

#include "bench/world.h"

namespace synsplice::test {
namespace {

using Burst = std::vector<Bytes>;

double Median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

// Plays the bursts in turn.
void Run(benchmark::State& state, World& world, Side side, const std::vector<Burst>& bursts,
         Verdict expected) {
  std::vector<double> seconds;
  size_t turn = 0;
  for (auto _ : state) {
    seconds.push_back(world.Play(side, bursts[turn++ % bursts.size()], expected));
    state.SetIterationTime(seconds.back());
    if (turn % 64 == 0) world.Tick();
  }
  if (world.surprises() > 0) state.SkipWithError(Name(world.surprise().kind));
  state.counters["ns_per_frame"] = Median(seconds) / kMaxBurst * 1e9;
}

// Bursts of `make(number)`.
template <typename Make>
std::vector<Burst> BurstsOf(size_t frames, Make&& make) {
  std::vector<Burst> bursts;
  for (uint32_t i = 0; i < frames; ++i) {
    if (i % kMaxBurst == 0) bursts.emplace_back();
    bursts.back().push_back(make(i));
  }
  return bursts;
}

TcpFrame LinuxSyn(uint32_t number, bool v6) {
  TcpFrame syn = BenchSyn(BenchClient(number, v6), BenchListener(0, v6));
  syn.options.timestamps = {1000 + number, 0};
  return syn;
}

void Syns(benchmark::State& state) {
  const bool v6 = state.range(0) != 0;
  World world(BenchConfig(1, 1));
  Run(state, world, Side::kOutside,
      BurstsOf(4096, [&](uint32_t i) { return LinuxSyn(i, v6).Build(); }), Verdict::Bounce());
}
BENCHMARK(Syns)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// `state.range(0)`: whether the clients' networks have got cookies.
void WrongAcks(benchmark::State& state) {
  const bool cookies = state.range(0) != 0;
  Config config = BenchConfig(1, 1);
  config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
  World world(config);
  for (int i = 0; i < 3; ++i) world.Tick(config.cookie.epoch);
  if (cookies) {
    for (uint32_t i = 0; i < 4096; ++i) (void)world.Feed(Side::kOutside, LinuxSyn(i, false));
  }
  const auto ack = [](uint32_t i) {
    TcpFrame frame = BenchSyn(BenchClient(i), BenchListener(0));
    frame.flags = kA;
    frame.options = {};
    return frame.Build();
  };
  Run(state, world, Side::kOutside, BurstsOf(4096, ack),
      Verdict::Drop(cookies ? Reason::kCookieWrong : Reason::kCookieNeverSent));
}
BENCHMARK(WrongAcks)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// Segments both ways would need two rows: this is the client's half, at random among so many flows.
void Segments(benchmark::State& state) {
  const auto flows = static_cast<uint32_t>(state.range(0));
  Config config = BenchConfig(1, 1);
  config.flow_table_entries = std::max(1u << 16, 2 * flows);
  World world(config);
  std::vector<TcpFrame> acks, answers;
  for (uint32_t i = 0; i < flows; ++i) {
    acks.push_back(world.Greet(BenchClient(i), BenchListener(0)));
    (void)world.Feed(Side::kOutside, acks.back());
    answers.push_back(world.AnswerBackendSyns().at(0));
  }
  std::mt19937 random(1);
  const auto segment = [&](uint32_t) {
    TcpFrame frame = acks[random() % flows];
    return frame.Build();
  };
  Run(state, world, Side::kOutside, BurstsOf(std::max(4096u, std::min(flows, 1u << 18)), segment),
      Verdict::Forward());
}
BENCHMARK(Segments)->Arg(1000)->Arg(1000000)->UseManualTime()->Iterations(2000);

void Udp(benchmark::State& state) {
  World world(BenchConfig(1, 1));
  const auto datagram = [](uint32_t i) {
    Bytes frame = LinuxSyn(i, false).Build();
    frame[23] = 17;
    frame.resize(60);
    return frame;
  };
  Run(state, world, Side::kOutside, BurstsOf(4096, datagram), Verdict::Forward());
}
BENCHMARK(Udp)->UseManualTime()->Iterations(2000);

}  // namespace
}  // namespace synsplice::test
