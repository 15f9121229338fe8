// How long one packet stays in the core when it is alone: no burst to share anything with.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "bench/connections.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kFlows = 10'000;

double Quantile(std::vector<double>& values, double share) {
  const auto at = values.begin() + static_cast<ptrdiff_t>(share * double(values.size() - 1));
  std::ranges::nth_element(values, at);
  return *at;
}

// What looking at the clock twice takes.
double ClockSeconds() {
  std::vector<double> seconds;
  for (int i = 0; i < 1000; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - begin;
    seconds.push_back(duration.count());
  }
  return Quantile(seconds, 0.5);
}

// Frames of so many connections at random, one step of each.
void Alone(benchmark::State& state, size_t step) {
  World world(BenchConfig(1, 1));
  Connections connections(world, kFlows);
  connections.OpenAll();
  const double clock = ClockSeconds();
  std::mt19937 random(1);
  std::vector<double> seconds;
  for (auto _ : state) {
    const uint32_t number = random() % kFlows;
    seconds.push_back(std::max(connections.Play(step, {&number, 1}) - clock, 0.0));
    state.SetIterationTime(seconds.back());
    if (seconds.size() % 64 == 0) world.Tick();
  }
  if (world.surprises() > 0) state.SkipWithError(Name(world.surprise().kind));
  state.counters["p50_ns"] = Quantile(seconds, 0.5) * 1e9;
  state.counters["p999_ns"] = Quantile(seconds, 0.999) * 1e9;
}
BENCHMARK_CAPTURE(Alone, Request, Connections::kRequest)->UseManualTime()->Iterations(200'000);
BENCHMARK_CAPTURE(Alone, Answer, Connections::kAnswer)->UseManualTime()->Iterations(200'000);

}  // namespace
}  // namespace synsplice::test
