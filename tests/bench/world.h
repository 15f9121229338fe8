// A proxy with the clients and backends around it, for benchmarks: connections are opened step by
// step, bursts are played against the clock.
#pragma once

#include <memory>
#include <vector>

#include "io/memory/state_memory.h"
#include "support/tcp_frame.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice::test {

// Bytes of memory for a frame, and for each one of a burst with a longer one: an odd number of
// cache lines, which then do not share their sets.
inline constexpr size_t kBenchRoom = 2176 + 64, kJumboBenchRoom = 9216 + 64;

// One service with so many listeners, 198.18.1.1:80 and on, on as many shared backends; none: the
// listener is its own backend.
Config BenchConfig(size_t listeners, size_t backends);
Endpoint BenchListener(size_t number, bool v6 = false);
// Of another /24 or /64 each.
Endpoint BenchClient(uint32_t number, bool v6 = false);
TcpFrame BenchSyn(const Endpoint& client, const Endpoint& listener);

class World {
 public:
  explicit World(const Config& config);

  void Publish(const ListTable& lists) { shared_->lists = &lists; }

  // A frame arrives. `frame` becomes what the proxy made of it.
  Verdict Feed(Side side, Bytes& frame);
  Verdict Feed(Side side, const TcpFrame& frame);
  // A SYN is answered: the ACK that opens the connection.
  TcpFrame Greet(const Endpoint& client, const Endpoint& listener);
  // Backends answer the SYNs of the last call. Answers the first segments that they could send.
  std::vector<TcpFrame> AnswerBackendSyns();
  // The client of a spliced connection resets it. `ack` opened it.
  void Reset(TcpFrame ack);

  // At most kMaxBurst frames arrive together. Answers the seconds that judging them took.
  double Play(Side side, const std::vector<Bytes>& frames, Verdict expected);
  // What has become of a frame of the last call.
  std::span<const uint8_t> played(size_t number) const { return buffers_[number].bytes(); }
  // How many verdicts were not the expected ones, and the last of these.
  size_t surprises() const { return surprises_; }
  Verdict surprise() const { return surprise_; }
  // Time passes. Answers the seconds that the longest call of the timers took.
  double Tick(Milliseconds step = Milliseconds(1));

 private:
  void Judge(Side side, size_t count);
  void TakeOutbox();

  Policy policy_;
  StateMemory state_;
  std::unique_ptr<Shared> shared_;
  Time now_;
  Proxy proxy_;
  Outbox outbox_;
  Bytes memory_;
  std::array<FrameBuffer, kMaxBurst> buffers_{};
  std::array<Verdict, kMaxBurst> verdicts_{};
  std::vector<TcpFrame> backend_syns_;
  size_t surprises_ = 0;
  Verdict surprise_;
};

}  // namespace synsplice::test
