// The most that a frame from outside can cost, as so many plain SYNs that are answered. No frame
// should cost more than eight: a flood of it must not be worth much more than a flood of SYNs.
//
// `syns` is the median of bursts, over the median of as many SYNs played between them. One run on
// two cores of an AMD EPYC (Zen 4), a SYN at 28 ns by the short way:
//
//   SYN behind 8 extension headers 3.5, behind 64 and more (dropped) 5.9; behind 8 KB of them 4.4
//   SYN with TCP-MD5 against 64 prefixes 7.2; 40 options of one byte 3.7; options at random 3.8
//   neighbour solicitation with 178 options 5.9
//   ACK without a cookie 5.1; segment of a connection 1.1; SYN at a connection 3.0
//   first fragment 4.6, of 8900 bytes 15, with a FIN 20; FIN of 8900 bytes, damaged 7.6
//   ICMP error 4.0, as long as any is 5.0, longer (dropped) 3.8
//   ACK that opens a connection 8.7, and evicts another one 10
//   the same with the client's port in use at 15 of 16 listeners 27, of 64 30, of 256 32 (Zen 5)
//   the same with 8900 bytes of data (dropped) 5.5
#include <benchmark/benchmark.h>

#include <algorithm>
#include <functional>
#include <random>

#include "bench/world.h"
#include "support/bytes.h"
#include "support/fragment_frames.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

constexpr size_t kJumbo = 8900;
constexpr int kRounds = 300;

// A kind of frame. `next` makes a burst of it, untimed; `after` ends what the burst has begun.
struct Kind {
  Config config = BenchConfig(1, 1);
  Verdict expected;
  std::function<std::vector<Bytes>(World&)> next;
  std::function<void(World&)> after = [](World&) {};
};

double Median(std::vector<double> values) {
  std::ranges::nth_element(values, values.begin() + static_cast<ptrdiff_t>(values.size() / 2));
  return values[values.size() / 2];
}

std::vector<Bytes> Syns(bool v6 = false) {
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    frames.push_back(BenchSyn(BenchClient(i * 77, v6), BenchListener(0, v6)).Build());
  }
  return frames;
}

void Worst(benchmark::State& state, Kind (*make)()) {
  const Kind kind = make();
  World world(kind.config), plain(BenchConfig(1, 1));
  const std::vector<Bytes> syns = Syns();
  std::vector<double> ours, reference;
  for (auto _ : state) {
    const std::vector<Bytes> frames = kind.next(world);
    plain.Play(Side::kOutside, syns, Verdict::Bounce());  // the code is warm
    reference.push_back(plain.Play(Side::kOutside, syns, Verdict::Bounce()));
    ours.push_back(world.Play(Side::kOutside, frames, kind.expected));
    state.SetIterationTime(ours.back());
    kind.after(world);
    world.Tick(), plain.Tick();
  }
  // Full buckets and spent tokens show here and there.
  if (world.surprises() > kRounds * kMaxBurst / 100) {
    const Verdict verdict = world.surprise();
    state.SkipWithError((Name(verdict.kind) + (" " + std::string(Label(verdict.reason)))).c_str());
  }
  state.counters["syns"] = Median(ours) / Median(reference);
}

// The same burst again and again.
Kind Repeated(Verdict expected, std::vector<Bytes> frames) {
  Kind kind;
  kind.expected = expected;
  kind.next = [frames = std::move(frames)](World&) { return frames; };
  return kind;
}

// Frames about one spliced connection: `make` gets the segments that its ends would send next.
using AboutFlow = std::function<Bytes(const TcpFrame& client, const TcpFrame& server, uint32_t i)>;

Kind OnFlow(Verdict expected, AboutFlow make) {
  Kind kind;
  kind.expected = expected;
  kind.next = [make, client = TcpFrame(), server = TcpFrame(), i = 0u](World& world) mutable {
    if (client.flags == 0) {
      client = world.Greet(BenchClient(0), BenchListener(0));
      (void)world.Feed(Side::kOutside, client);
      server = world.AnswerBackendSyns().at(0);
      TcpFrame data = server;
      data.payload.assign(1400, 'd');
      (void)world.Feed(Side::kInside, data);
    }
    std::vector<Bytes> frames;
    while (frames.size() < kMaxBurst) frames.push_back(make(client, server, i++));
    return frames;
  };
  return kind;
}

Kind Syn() { return Repeated(Verdict::Bounce(), Syns()); }
Kind SynV6() { return Repeated(Verdict::Bounce(), Syns(true)); }

// Behind `count` headers of destination options, `size` bytes each.
Kind Behind(size_t count, size_t size, Verdict expected) {
  std::vector<Bytes> frames = Syns(true);
  for (Bytes& frame : frames) {
    Bytes headers;
    for (size_t i = 0; i < count; ++i) {
      Put8(headers, i + 1 < count ? 60 : 6);
      Put8(headers, static_cast<unsigned>(size / 8 - 1));
      headers.insert(headers.end(), size - 2, 0);  // Pad1
    }
    frame[20] = 60;
    Set16(frame, 18, static_cast<unsigned>(frame.size() - 54 + headers.size()));
    frame.insert(frame.begin() + 54, headers.begin(), headers.end());
  }
  return Repeated(expected, frames);
}
Kind ExtensionHeaders() { return Behind(8, 8, Verdict::Bounce()); }
Kind LongExtensionHeaders() { return Behind(8, 1024, Verdict::Bounce()); }
Kind TooManyExtensionHeaders() { return Behind(170, 8, Verdict::Drop(Reason::kExtensionHeaders)); }

Kind OptionsOfOneByte() {
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    TcpFrame syn = BenchSyn(BenchClient(i), BenchListener(0));
    syn.raw_options.assign(40, 1);
    frames.push_back(syn.Build());
  }
  return Repeated(Verdict::Bounce(), frames);
}

// Options at random, as some floods have them: no two SYNs in a row have an answer in common.
Kind SynsOfAllKinds() {
  std::vector<Bytes> frames;
  std::mt19937 random(1);
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    TcpFrame syn = BenchSyn(BenchClient(i * 77), BenchListener(0));
    syn.options.mss = static_cast<uint16_t>(500 + random() % 1000);
    syn.options.scale = static_cast<uint8_t>(random() % 15);
    syn.options.sack_permitted = random() % 2;
    if (random() % 2) syn.options.timestamps = {random(), 0};
    frames.push_back(syn.Build());
  }
  return Repeated(Verdict::Bounce(), frames);
}

// None of 64 prefixes is the client's.
Kind SignedSyn() {
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    TcpFrame syn = BenchSyn(BenchClient(i), BenchListener(0));
    syn.raw_options = {19, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
    frames.push_back(syn.Build());
  }
  Kind kind = Repeated(Verdict::Drop(Reason::kSignedSegment), frames);
  kind.config = BenchConfig(1, 0);
  for (size_t i = 0; i < kMaxSignedBypass; ++i) {
    kind.config.services[0].signed_bypass.push_back(
        {BenchClient(static_cast<uint32_t>(1000 + i)).address, 32});
  }
  return kind;
}

// Asks for a service address, 178 options before its own MAC.
Kind Solicitation() {
  constexpr size_t kOptions = 178;
  const Address asker = *ParseAddress("2001:db8::c"), asked = BenchListener(0, true).address;
  Address group = *ParseAddress("ff02::1:ff00:0");
  std::copy_n(asked.bytes.begin() + 13, 3, group.bytes.begin() + 13);
  Bytes message;
  Put32(message, 0x87000000), Put32(message, 0);
  PutAddress(message, asked);
  for (size_t i = 0; i < kOptions; ++i) Put32(message, 0x0e010000), Put32(message, 0);
  Put32(message, 0x01010200), Put32(message, 0x0000000c);
  Set16(message, 2, SlowTransportChecksum(asker, group, 58, message));
  Bytes frame = {0x33, 0x33, 0xff, 1, 0, 0, 2, 0, 0, 0, 0, 0x0c, 0x86, 0xdd};
  Put32(frame, 0x60000000);
  Put16(frame, static_cast<unsigned>(message.size()));
  Put8(frame, 58), Put8(frame, 255);
  PutAddress(frame, asker), PutAddress(frame, group);
  PutBytes(frame, message);
  return Repeated(Verdict::Bounce(), std::vector<Bytes>(kMaxBurst, frame));
}

Kind WrongAck() {
  std::vector<Bytes> frames;
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    TcpFrame ack = BenchSyn(BenchClient(i), BenchListener(0));
    ack.flags = kA;
    ack.options = {};
    frames.push_back(ack.Build());
  }
  Kind kind = Repeated(Verdict::Drop(Reason::kCookieWrong), frames);
  kind.config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
  return kind;
}

Kind Segment() {
  return OnFlow(Verdict::Forward(),
                [](const TcpFrame& client, const TcpFrame&, uint32_t) { return client.Build(); });
}

template <size_t kLength, uint8_t kFlags>
Kind FirstFragmentOf() {
  return OnFlow(Verdict::Forward(), [](TcpFrame client, const TcpFrame&, uint32_t i) {
    client.flags = kFlags;
    client.payload.assign(2 * kLength, 'j');
    return FragmentOf(client, client.Build(), 0, kLength / 8 * 8, i);
  });
}
Kind FirstFragment() { return FirstFragmentOf<48, kA>(); }
Kind JumboFirstFragment() { return FirstFragmentOf<kJumbo, kA>(); }
Kind JumboFirstFragmentFin() { return FirstFragmentOf<kJumbo, kA | kF>(); }

Kind JumboChecksum() {
  return OnFlow(Verdict::Drop(Reason::kBadTcpChecksum),
                [](TcpFrame client, const TcpFrame&, uint32_t) {
                  client.flags = kF | kA;
                  client.payload.assign(kJumbo, 'j');
                  Bytes frame = client.Build();
                  frame.back() ^= 1;  // so that it ends nothing
                  return frame;
                });
}

Kind ChallengedSyn() {
  return OnFlow(Verdict::Drop(Reason::kChallengeLimit),
                [](const TcpFrame& client, const TcpFrame&, uint32_t) {
                  return BenchSyn(client.source, client.destination).Build();
                });
}

// A router says that a segment of the server was too long.
Bytes TooBig(const TcpFrame& client, const TcpFrame& server, size_t quoted_bytes) {
  IcmpError error;
  error.source_mac = client.source_mac;
  error.destination_mac = client.destination_mac;
  error.source = *ParseAddress("198.18.0.3");
  error.destination = client.destination.address;
  error.type = 3, error.code = 4, error.rest = 1400;
  error.quoted = server;
  error.quoted.source = client.destination;
  error.quoted.seq = client.ack;
  error.quoted.ack = client.seq;
  error.quoted.payload.assign(quoted_bytes, 'd');
  error.quoted_tcp = quoted_bytes;
  return error.Build();
}
Kind ErrorOnFlow() {
  return OnFlow(Verdict::Forward(), [](const TcpFrame& client, const TcpFrame& server, uint32_t) {
    return TooBig(client, server, 28);
  });
}
Kind JumboErrorOnFlow() {
  return OnFlow(Verdict::Drop(Reason::kIcmpOutOfPlace),
                [](const TcpFrame& client, const TcpFrame& server, uint32_t) {
                  return TooBig(client, server, kJumbo - 60);
                });
}
Kind LongestErrorOnFlow() {
  return OnFlow(Verdict::Forward(), [](const TcpFrame& client, const TcpFrame& server, uint32_t) {
    return TooBig(client, server, 1400);
  });
}

// ACKs that open connections. Each client's port is in use already at as many other listeners as
// there may be.
Kind Opening(size_t listeners, size_t used) {
  Kind kind;
  kind.config = BenchConfig(listeners, listeners);
  kind.expected = Verdict::Consumed();
  auto opened = std::make_shared<std::vector<TcpFrame>>();
  kind.next = [=, number = 0u](World& world) mutable {
    std::vector<Bytes> frames;
    for (size_t i = 0; i < kMaxBurst; ++i, ++number) {
      for (size_t listener = 0; listener <= used; ++listener) {
        opened->push_back(world.Greet(BenchClient(number), BenchListener(listener)));
        if (listener == used) break;
        (void)world.Feed(Side::kOutside, opened->back());
        (void)world.AnswerBackendSyns();
      }
      frames.push_back(opened->back().Build());
    }
    return frames;
  };
  kind.after = [=](World& world) {
    (void)world.AnswerBackendSyns();
    for (const TcpFrame& ack : std::exchange(*opened, {})) world.Reset(ack);
  };
  return kind;
}
Kind Ack() { return Opening(1, 0); }
Kind AckOf16() { return Opening(16, 15); }
Kind AckOf64() { return Opening(64, 15); }
Kind AckOf256() { return Opening(256, 15); }
Kind AckThatEvicts() {
  Kind kind = Opening(1, 0);
  kind.config.flow_table_entries = 1024;
  return kind;
}
Kind JumboAck() {
  Kind kind = Opening(1, 0);
  kind.expected = Verdict::Drop(Reason::kHoldLimit);
  kind.next = [next = kind.next](World& world) {
    std::vector<Bytes> frames = next(world);
    for (Bytes& frame : frames) {
      TcpFrame ack = *ReadTcpFrame(frame);
      ack.payload.assign(kJumbo, 'j');
      frame = ack.Build();
    }
    return frames;
  };
  return kind;
}

// The longest call of the timers in an epoch, each the shortest of several epochs, and what the
// turn takes that nothing was prepared for.
void EpochTurn(benchmark::State& state) {
  const Milliseconds epoch = BenchConfig(1, 1).cookie.epoch;
  World world(BenchConfig(1000, 1000));  // of each family
  std::vector<double> ticks(static_cast<size_t>(epoch.count()), 1.0);
  double at_once = 1.0;
  for (auto _ : state) {
    for (double& tick : ticks) tick = std::min(tick, world.Tick());
    at_once = std::min(at_once, world.Tick(epoch));
  }
  state.counters["longest_us"] = *std::ranges::max_element(ticks) * 1e6;
  state.counters["at_once_us"] = at_once * 1e6;
}
BENCHMARK(EpochTurn)->Iterations(8);

#define SYNSPLICE_WORST(kind) \
  BENCHMARK_CAPTURE(Worst, kind, kind)->UseManualTime()->Iterations(kRounds)

SYNSPLICE_WORST(Syn);
SYNSPLICE_WORST(SynV6);
SYNSPLICE_WORST(ExtensionHeaders);
SYNSPLICE_WORST(LongExtensionHeaders);
SYNSPLICE_WORST(TooManyExtensionHeaders);
SYNSPLICE_WORST(OptionsOfOneByte);
SYNSPLICE_WORST(SynsOfAllKinds);
SYNSPLICE_WORST(SignedSyn);
SYNSPLICE_WORST(Solicitation);
SYNSPLICE_WORST(WrongAck);
SYNSPLICE_WORST(Segment);
SYNSPLICE_WORST(FirstFragment);
SYNSPLICE_WORST(JumboFirstFragment);
SYNSPLICE_WORST(JumboFirstFragmentFin);
SYNSPLICE_WORST(JumboChecksum);
SYNSPLICE_WORST(ChallengedSyn);
SYNSPLICE_WORST(ErrorOnFlow);
SYNSPLICE_WORST(LongestErrorOnFlow);
SYNSPLICE_WORST(JumboErrorOnFlow);
SYNSPLICE_WORST(Ack);
SYNSPLICE_WORST(AckOf16);
SYNSPLICE_WORST(AckOf64);
SYNSPLICE_WORST(AckOf256);
SYNSPLICE_WORST(AckThatEvicts);
SYNSPLICE_WORST(JumboAck);

}  // namespace
}  // namespace synsplice::test
