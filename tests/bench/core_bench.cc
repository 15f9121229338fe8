// What one frame costs in the core alone, in nanoseconds, kind by kind: the work that scripts/bench
// measures with a driver around it.
//
// Bursts of kMaxBurst frames, warm code; each row is the median burst. Frames are in the cache, as
// a card that writes into it leaves them.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <random>

#include "bench/world.h"
#include "support/fragment_frames.h"

namespace synsplice::test {
namespace {

using Burst = std::vector<Bytes>;

double Median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

// Plays the bursts of the outside in turn. `others`: so many in a hundred frames may get another
// verdict.
void Run(benchmark::State& state, World& world, const std::vector<Burst>& bursts, Verdict expected,
         size_t others = 0) {
  std::vector<double> seconds;
  size_t turn = 0;
  for (auto _ : state) {
    seconds.push_back(world.Play(Side::kOutside, bursts[turn++ % bursts.size()], expected));
    state.SetIterationTime(seconds.back());
    if (turn % 64 == 0) world.Tick();
  }
  if (world.surprises() * 100 > others * seconds.size() * kMaxBurst) {
    state.SkipWithError(Name(world.surprise().kind));
  }
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
  Run(state, world, BurstsOf(4096, [&](uint32_t i) { return LinuxSyn(i, v6).Build(); }),
      Verdict::Bounce());
}
BENCHMARK(Syns)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// Of all networks from 11.0.0.0 to 122.255.255.255, and of all that IPv6 has given out.
Address AnyAddress(std::mt19937_64& random, bool v6) {
  Address address = Address::V4(0x0b000000 + static_cast<uint32_t>(random() % 0x70000000));
  if (!v6) return address;
  for (uint8_t& byte : address.bytes) byte = static_cast<uint8_t>(random());
  address.bytes[0] = 0x20 | (address.bytes[0] & 0x1f);
  return address;
}

std::vector<Burst> BurstsFromEverywhere(bool v6) {
  std::mt19937_64 random(8);
  return BurstsOf(4096, [&](uint32_t i) {
    TcpFrame syn = LinuxSyn(i, v6);
    syn.source.address = AnyAddress(random, v6);
    return syn.Build();
  });
}

// So many addresses, and as many /64.
ListTable ListsOf(size_t count) {
  std::mt19937_64 random(7);
  std::vector<Prefix> prefixes;
  for (size_t i = 0; i < count; ++i) {
    prefixes.push_back({AnyAddress(random, false), 32});
    prefixes.push_back({Mask(AnyAddress(random, true), 64), 64});
  }
  ListTable lists;
  lists.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, prefixes}});
  lists.tiers[1] = Tier::kLog;
  return lists;
}

// Clients from everywhere; `state.range(1)`: thousands of prefixes on a list, 0: there is none.
void SynsFromEverywhere(benchmark::State& state) {
  const bool v6 = state.range(0) != 0;
  const ListTable lists = ListsOf(1000 * static_cast<size_t>(state.range(1)));
  Config config = BenchConfig(1, 1);
  config.lists = {{"threats", Tier::kLog, ""}};
  World world(config);
  if (state.range(1) != 0) world.Publish(lists);
  Run(state, world, BurstsFromEverywhere(v6), Verdict::Bounce());
}
BENCHMARK(SynsFromEverywhere)
    ->ArgsProduct({{0, 1}, {0, 1, 500, 1000}})
    ->UseManualTime()
    ->Iterations(2000);

// `state.range(0)`: 0 nothing is limited, 1 all but SYNs, 2 the SYNs of all together too, 3 those
// of each source too. None is over a limit.
void SynsUnderLimits(benchmark::State& state) {
  constexpr Rate kFast{1'000'000, Seconds(1)};
  Config config = BenchConfig(1, 1);
  ServiceConfig& service = config.services[0];
  if (state.range(0) >= 1) {
    service.connlimit.above = 50;
    static_cast<RateLimit&>(service.accept_limit) = {kFast, 1000};
    static_cast<RateLimit&>(service.accept_limit_per_source) = {kFast, 1000};
    service.police = {kMostPoliced, kMostPoliced, kMostPoliced, kMostPoliced,
                      kMostPoliced, kMostPoliced, kMostPoliced};
  }
  if (state.range(0) >= 2) service.syn_limit = {kFast, 1'000'000};
  if (state.range(0) >= 3) static_cast<RateLimit&>(service.syn_limit_per_source) = {kFast, 1000};
  World world(config);
  Run(state, world, BurstsFromEverywhere(false), Verdict::Bounce());
}
BENCHMARK(SynsUnderLimits)->DenseRange(0, 3)->UseManualTime()->Iterations(2000);

// From a blocked network.
void BlockedSyns(benchmark::State& state) {
  Config config = BenchConfig(1, 1);
  config.lists = {{"threats", Tier::kBlock, ""}};
  const std::vector<Prefix> prefixes = {*ParsePrefix("100.64.0.0/10")};
  ListTable lists;
  lists.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, prefixes}});
  lists.tiers[1] = Tier::kBlock;
  World world(config);
  world.Publish(lists);
  Run(state, world, BurstsOf(4096, [&](uint32_t i) { return LinuxSyn(i, false).Build(); }),
      Verdict::Drop(Reason::kListBlock));
}
BENCHMARK(BlockedSyns)->UseManualTime()->Iterations(2000);

// Milliseconds until a list of so many thousands of prefixes of each family is ready for workers.
void BuildLists(benchmark::State& state) {
  for (auto _ : state)
    benchmark::DoNotOptimize(ListsOf(1000 * static_cast<size_t>(state.range(0))));
}
BENCHMARK(BuildLists)->Arg(500)->Unit(benchmark::kMillisecond)->Iterations(3);

// It tells nobody that there is no connection.
Config SilentConfig() {
  Config config = BenchConfig(1, 1);
  config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
  return config;
}

// Until the sketch knows all networks that have cookies.
void LearnCookies(World& world) {
  for (int i = 0; i < 3; ++i) world.Tick(BenchConfig(1, 1).cookie.epoch);
}

Bytes AckWithoutCookie(uint32_t number) {
  TcpFrame ack = BenchSyn(BenchClient(number), BenchListener(0));
  ack.flags = kA;
  ack.options = {};
  return ack.Build();
}

// `state.range(0)`: whether the clients' networks have got cookies.
void WrongAcks(benchmark::State& state) {
  const bool cookies = state.range(0) != 0;
  World world(SilentConfig());
  LearnCookies(world);
  if (cookies) {
    for (uint32_t i = 0; i < 4096; ++i) (void)world.Feed(Side::kOutside, LinuxSyn(i, false));
  }
  Run(state, world, BurstsOf(4096, AckWithoutCookie),
      Verdict::Drop(cookies ? Reason::kCookieWrong : Reason::kCookieNeverSent));
}
BENCHMARK(WrongAcks)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// Data of so many connections.
std::vector<Bytes> DataOf(World& world, uint32_t connections) {
  std::vector<Bytes> data;
  for (uint32_t i = 0; i < connections; ++i) {
    TcpFrame frame = world.Greet(BenchClient(8192 + i), BenchListener(0));
    (void)world.Feed(Side::kOutside, frame);
    (void)world.AnswerBackendSyns();
    frame.payload.assign(6, 'd');
    data.push_back(frame.Build());
  }
  return data;
}

// 80 % SYNs, 10 % wrong ACKs, 10 % data, in any order. `state.range(0)`: those of a burst stand by
// kind, so that what is alike is judged together.
void Mixed(benchmark::State& state) {
  World world(SilentConfig());
  LearnCookies(world);
  const std::vector<Bytes> data = DataOf(world, 1000);
  std::mt19937 random(1);
  std::vector<Burst> bursts = BurstsOf(1u << 15, [&](uint32_t i) {
    const uint32_t kind = static_cast<uint32_t>(random() % 10);
    if (kind == 0) return AckWithoutCookie(4096 + i % 4096);
    return kind == 1 ? data[random() % data.size()] : LinuxSyn(i % 4096, false).Build();
  });
  if (state.range(0) != 0) {  // each kind has its length
    for (Burst& burst : bursts) std::ranges::stable_sort(burst, {}, &Bytes::size);
  }
  Run(state, world, bursts, Verdict::Bounce(), 21);
}
BENCHMARK(Mixed)->ArgName("by_kind")->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// A kind of flood that belongs to no connection (rule 46).
struct Stray {
  const char* name;
  uint8_t flags;
  Reason reason;
};
constexpr Stray kStrays[] = {{"RST", kR, Reason::kRstWithoutFlow},
                             {"SYN-ACK", kS | kA, Reason::kSynAckWithoutFlow},
                             {"FIN", kF, Reason::kNoAck},
                             {"FIN-ACK", kF | kA, Reason::kCookieWrong}};

// `state.range(0)`: which of them.
void Strays(benchmark::State& state) {
  const Stray& stray = kStrays[state.range(0)];
  state.SetLabel(stray.name);
  World world(SilentConfig());
  const auto frame = [&](uint32_t i) {
    TcpFrame made = BenchSyn(BenchClient(i), BenchListener(0));
    made.flags = stray.flags;
    if (stray.flags != (kS | kA)) made.options = {};
    return made.Build();
  };
  Run(state, world, BurstsOf(4096, frame), Verdict::Drop(stray.reason));
}
BENCHMARK(Strays)->DenseRange(0, 3)->UseManualTime()->Iterations(2000);

// `state.range(0)`: first fragments with a SYN, or later ones alone.
void StrayFragments(benchmark::State& state) {
  const bool later = state.range(0) != 0;
  World world(BenchConfig(1, 1));
  const auto fragment = [&](uint32_t i) {
    TcpFrame syn = BenchSyn(BenchClient(i), BenchListener(0));
    syn.options = {};
    syn.payload = std::string(100, 'x');
    return FragmentOf(syn, syn.Build(), later ? 40 : 0, 40, i);
  };
  Run(state, world, BurstsOf(4096, fragment),
      Verdict::Drop(later ? Reason::kFragmentWithoutFirst : Reason::kFragment));
}
BENCHMARK(StrayFragments)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

// `state.range(0)`: whether the service polices UDP, which is what comes.
void Udp(benchmark::State& state) {
  Config config = BenchConfig(1, 1);
  config.services[0].police.udp = state.range(0) != 0 ? kMostPoliced : 0;
  World world(config);
  const auto datagram = [](uint32_t i) {
    Bytes frame = LinuxSyn(i, false).Build();
    frame[23] = 17;
    frame.resize(60);
    return frame;
  };
  Run(state, world, BurstsOf(4096, datagram), Verdict::Forward());
}
BENCHMARK(Udp)->Arg(0)->Arg(1)->UseManualTime()->Iterations(2000);

}  // namespace
}  // namespace synsplice::test
