// What floods cost one core: SYNs that are answered, and ACKs from prefixes that no cookie was sent
// to, with the sketch of rule 32 and without it. Times are per frame.
#include <benchmark/benchmark.h>

#include <memory>

#include "io/memory/state_memory.h"
#include "support/tcp_frame.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice::test {
namespace {

constexpr Time kStart = FromMilliseconds(1700000000000);
constexpr size_t kRoom = 256;     // bytes of memory for a frame
constexpr size_t kBursts = 1024;  // of kMaxBurst different frames

Config FloodConfig(bool shared_secret) {
  Config config;
  config.services.resize(1);
  config.services[0].name = "web";
  config.services[0].listen = {*ParseEndpoint("198.18.0.10:80")};
  // Answers, which are limited, are not what is measured.
  config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
  config.cookie.secret = {1, 2};
  config.cookie.shared_secret = shared_secret;
  return config;
}

// Frame `i` of a flood from 100.64.0.0/10.
Bytes FloodFrame(uint8_t flags, uint32_t i) {
  TcpFrame frame;
  frame.source_mac = *ParseMac("02:00:00:00:00:0c");
  frame.destination_mac = *ParseMac("02:00:00:00:00:0e");
  frame.source = *ParseEndpoint("100.64.0.1:1024");
  frame.source.address.bytes[13] = static_cast<uint8_t>(64 + (i * 2654435761u >> 26));
  frame.source.address.bytes[14] = static_cast<uint8_t>(i * 2654435761u >> 18);
  frame.source.address.bytes[15] = static_cast<uint8_t>(i * 2654435761u >> 10);
  frame.source.port = static_cast<uint16_t>(1024 + i % 60000);
  frame.destination = *ParseEndpoint("198.18.0.10:80");
  frame.seq = i * 40503u;
  frame.ack = flags & kA ? i * 69069u : 0;
  frame.flags = flags;
  frame.window = 64240;
  if (flags & kS) frame.options.mss = 1460;
  return frame.Build();
}

// Plays the same bursts again and again; frames are copied for each, as answers overwrite them.
class Flood {
 public:
  Flood(bool shared_secret, uint8_t flags)
      : policy_(FloodConfig(shared_secret)),
        memory_of_state_(policy_.config()),
        shared_(std::make_unique<Shared>(memory_of_state_.state(), SipKey{3, 4}, Mac{}, Mac{})),
        proxy_(policy_, *shared_, {3, 4}, kStart),
        frames_(kBursts * kMaxBurst * kRoom),
        memory_(kMaxBurst * kRoom) {
    for (uint32_t i = 0; i < kBursts * kMaxBurst; ++i) {
      const Bytes frame = FloodFrame(flags, i);
      length_ = static_cast<uint32_t>(frame.size());
      std::copy(frame.begin(), frame.end(), frames_.begin() + i * kRoom);
    }
  }

  void PlayBurst() {
    const uint8_t* from = &frames_[burst_++ % kBursts * memory_.size()];
    std::copy_n(from, memory_.size(), memory_.begin());
    for (size_t i = 0; i < kMaxBurst; ++i) {
      buffers_[i] = {&memory_[i * kRoom], length_, static_cast<uint32_t>(kRoom)};
    }
    proxy_.Process(Side::kOutside, now_, buffers_, verdicts_, outbox_);
    benchmark::DoNotOptimize(verdicts_);
  }

 private:
  Policy policy_;
  StateMemory memory_of_state_;
  std::unique_ptr<Shared> shared_;
  Proxy proxy_;
  Outbox outbox_;
  Bytes frames_, memory_;
  uint32_t length_ = 0;
  size_t burst_ = 0;
  std::array<FrameBuffer, kMaxBurst> buffers_{};
  std::array<Verdict, kMaxBurst> verdicts_{};
  // The sketch is asked from one cookie life after the start on.
  Time now_ = kStart + Seconds(65);
};

void Hints(benchmark::State& state, bool shared_secret, uint8_t flags) {
  Flood flood(shared_secret, flags);
  for (auto _ : state) flood.PlayBurst();
  const auto frames = static_cast<double>(state.iterations() * kMaxBurst);
  state.counters["frame"] =
      benchmark::Counter(frames, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

BENCHMARK_CAPTURE(Hints, syn, true, kS);
BENCHMARK_CAPTURE(Hints, ack_with_mac, true, kA);
BENCHMARK_CAPTURE(Hints, ack_with_sketch, false, kA);

}  // namespace
}  // namespace synsplice::test
