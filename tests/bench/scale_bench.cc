// What many connections cost one core, the core alone: whole ones by the second, segments of so
// many that live at the same time, and memory.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <random>

#include "bench/connections.h"
#include "control/memory_plan.h"

namespace synsplice::test {
namespace {

double Median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

Config ConfigFor(uint32_t flows, uint32_t percent) {
  Config config = BenchConfig(1, 1);
  config.flow_table_entries = static_cast<uint32_t>(uint64_t{flows} * 100 / percent);
  return config;
}

std::vector<uint32_t> Shuffled(uint32_t count) {
  std::vector<uint32_t> numbers(count);
  for (uint32_t i = 0; i < count; ++i) numbers[i] = i;
  std::ranges::shuffle(numbers, std::mt19937(1));
  return numbers;
}

// In a benchmark's state, unless the frames met what they should.
void Tell(benchmark::State& state, const World& world, size_t frames) {
  if (world.surprises() <= frames / 1000) return;
  const Verdict verdict = world.surprise();
  state.SkipWithError((Name(verdict.kind) + (" " + std::string(Label(verdict.reason)))).c_str());
}

// Segments both ways, of flows at random. Each flow has its turn once, before any has another, so
// that none is in the cache because of the last one.
void PlaySegments(benchmark::State& state, uint32_t count, uint32_t percent) {
  World world(ConfigFor(count, percent));
  Connections connections(world, count);
  connections.OpenAll();
  const std::vector<uint32_t> numbers = Shuffled(count);
  std::vector<double> seconds;
  size_t next = 0;
  for (auto _ : state) {
    if (next + kMaxBurst > numbers.size()) next = 0;
    const auto step = seconds.size() % 2 == 0 ? Connections::kRequest : Connections::kAnswer;
    seconds.push_back(connections.Play(step, std::span(numbers).subspan(next, kMaxBurst)));
    state.SetIterationTime(seconds.back());
    next += kMaxBurst;
  }
  Tell(state, world, seconds.size() * kMaxBurst);
  state.counters["ns_per_frame"] = Median(seconds) / kMaxBurst * 1e9;
}

void Segments(benchmark::State& state) {
  PlaySegments(state, static_cast<uint32_t>(state.range(0)), 60);
}
BENCHMARK(Segments)
    ->Arg(1000)
    ->Arg(10'000)
    ->Arg(100'000)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->UseManualTime()
    ->Iterations(4000);

// As many in tables that are emptier and fuller.
void Filled(benchmark::State& state) {
  PlaySegments(state, 1'000'000, static_cast<uint32_t>(state.range(0)));
}
BENCHMARK(Filled)->ArgName("percent")->Arg(50)->Arg(85)->UseManualTime()->Iterations(4000);

// What the timers take of a second, called each millisecond, while so many flows live.
void Sweep(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  World world(ConfigFor(std::max(count, 1000u), 85));
  Connections connections(world, count);
  connections.OpenAll();
  double longest = 0;
  for (auto _ : state) {
    for (int i = 0; i < 1000; ++i) longest = std::max(longest, world.Tick());
  }
  state.counters["longest_tick_us"] = longest * 1e6;
}
BENCHMARK(Sweep)
    ->ArgName("flows")
    ->Arg(0)
    ->Arg(1'000'000)
    ->Arg(10'000'000)
    ->Unit(benchmark::kMillisecond)
    ->Iterations(8);

// Connections that live at the same time: more than the caches next to the core hold.
constexpr uint32_t kAtATime = 16384;

// The seconds that so many connections took, each from its SYN to its last ACK, and the timers.
double PlayWhole(World& world, Connections& connections, std::span<const uint32_t> numbers) {
  double seconds = 0;
  const auto play = [&](std::initializer_list<size_t> steps) {
    for (size_t first = 0; first < numbers.size(); first += kMaxBurst) {
      for (const size_t step : steps) {
        seconds += connections.Play(step, numbers.subspan(first, kMaxBurst));
      }
    }
  };
  play({Connections::kSyn});
  play({Connections::kAck, Connections::kSynAck});  // the server is near
  for (size_t step = Connections::kRequest; step < Connections::kSteps.size(); ++step) play({step});
  const auto begin = std::chrono::steady_clock::now();
  for (uint32_t i = 0; i < numbers.size() / 1000; ++i) world.Tick();  // as a million a second
  return seconds + std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The tuples of so many clients, again and again.
void Whole(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  World world(ConfigFor(count, 50));
  Connections connections(world, count);
  const std::vector<uint32_t> numbers = Shuffled(count);
  std::vector<double> seconds;
  const auto play = [&](size_t first) {
    return PlayWhole(world, connections, std::span(numbers).subspan(first, kAtATime));
  };
  for (size_t first = 0; first < count; first += kAtATime) play(first);
  for (auto _ : state) {
    const size_t first = seconds.size() * kAtATime % count;
    if (first == 0) connections.NextRound();
    seconds.push_back(play(first));
    state.SetIterationTime(seconds.back());
  }
  Tell(state, world, seconds.size() * kAtATime * Connections::kSteps.size());
  state.counters["per_second"] = kAtATime / Median(seconds);
  state.counters["ns_per_frame"] =
      Median(seconds) * 1e9 / static_cast<double>(kAtATime * Connections::kSteps.size());
}
BENCHMARK(Whole)->Arg(kAtATime)->UseManualTime()->Iterations(8);
BENCHMARK(Whole)->Arg(1 << 17)->Arg(1 << 20)->UseManualTime()->Iterations(64);

// Everything that the core takes for so many connections, by connection: a table that is as full as
// it is made for, and a quarter as many networks counted.
void Memory(benchmark::State& state) {
  const auto connections = static_cast<uint32_t>(state.range(0));
  ApplianceConfig config;
  config.core = BenchConfig(1, 1);
  config.core.flow_table_entries = static_cast<uint32_t>(FlowTable::EntriesFor(connections));
  config.core.connlimit_table_entries = connections / 4;
  MemoryPlan plan;
  for (auto _ : state) plan = PlanMemory(config);
  state.counters["bytes"] = static_cast<double>(plan.tables + plan.sketches) / connections;
}
BENCHMARK(Memory)->Arg(10'000'000)->Iterations(1);

}  // namespace
}  // namespace synsplice::test
