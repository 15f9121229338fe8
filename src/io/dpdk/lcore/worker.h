// The poll loop of one worker lcore: receives, asks the core, does what the verdicts say.
//
// One round: for each side the frames of the worker's receive queues and those that other workers
// handed over; then frames that others send through this worker's transmit queues; then a Tick of
// the core when one is due; last the transmit bursts. A verdict is applied at one place, the only
// one that sends, holds or frees a received frame. If the configuration lets it, it rests for
// moments while rounds find nothing.
#pragma once

#include <array>
#include <atomic>
#include <optional>
#include <span>

#include "capture/tap_slot.h"
#include "io/dpdk/lcore/clock.h"
#include "io/dpdk/lcore/exchange.h"
#include "io/dpdk/lcore/held_frames.h"
#include "io/dpdk/lcore/inquiry.h"
#include "io/dpdk/lcore/steering.h"
#include "io/dpdk/lcore/transmitter.h"
#include "io/dpdk/lcore/waiting_syns.h"
#include "io/dpdk/port/buffer_pool.h"
#include "io/dpdk/port/port.h"
#include "io/host/idle_pacer.h"
#include "io/host/overload.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice {

// What all workers use together; outlives them.
struct WorkerEnvironment {
  const Port& outside;
  const Port& inside;
  const BufferPool& pool;
  Exchange& exchange;
  OwnerFunction owner;
  Shared& shared;
  const UtcOffset& utc;
  const std::atomic<bool>& stop;
  // The outside port loses frames.
  const std::atomic<bool>& is_behind;
  Idle idle;

  const Port& port(Side side) const { return side == Side::kOutside ? outside : inside; }
};

class Worker {
 public:
  // `id` counts from 0. `policy` outlives the worker unless it adopts another one. `flow_seed` keys
  // the worker's flow table.
  Worker(unsigned id, WorkerEnvironment& environment, const Policy& policy, SipKey flow_seed);

  // Polls until the environment says stop, then judges and sends what is still in the rings. Runs
  // on the worker's lcore; everything else here may be called from any thread.
  void Run();

  // Frees all frames that it holds. REQUIRES: it does not run.
  void ForgetFrames() { held_.DiscardAll(); }

  // One that runs answers at its next tick.
  static constexpr Milliseconds kAnswersWithin{500};

  // Asks it something; false: no answer within `patience`.
  bool Ask(const Request& request, Reply& reply, Milliseconds patience) {
    return inquiry_.Ask(request, reply, patience);
  }

  // Where it gets what captures its frames.
  TapSlot& tap_slot() { return tap_slot_; }

  const Counters& counters() const { return proxy_.counters(); }
  std::span<const ServiceCounters> service_counters() const { return proxy_.service_counters(); }
  std::span<const BackendCounters> backend_counters() const { return proxy_.backend_counters(); }
  // One reader.
  RefusedClients& refused_clients() { return proxy_.refused_clients(); }
  const SourceBoard& sources() const { return proxy_.sources(); }
  std::span<const Counter> list_hits() const { return proxy_.list_hits(); }
  ClientNotes& notes() { return proxy_.notes(); }  // for one thread
  const Steering& steering() const { return steering_; }
  size_t flows() const { return flows_.load(std::memory_order_relaxed); }
  size_t handshakes() const { return handshakes_.load(std::memory_order_relaxed); }
  // TSC cycles that went into rounds with frames.
  uint64_t busy_cycles() const { return busy_cycles_.Get(); }
  // Of its last Tick.
  Time heartbeat() const { return FromMilliseconds(heartbeat_ms_.load(std::memory_order_relaxed)); }

 private:
  using Burst = std::array<rte_mbuf*, kMaxBurst>;

  Transmitter TransmitterFor(Side side);
  Transmitter& transmitter(Side side) { return transmitters_[static_cast<size_t>(side)]; }

  // All answer how many frames they found.
  size_t Round();
  size_t Receive(Side side);
  size_t ReceiveBurst(Side side, uint16_t queue);
  size_t ReceiveConnectionsFirst(Side side, uint16_t queue);
  size_t ReceiveStrangers(Side side);
  size_t RelayOutgoing(Side side);
  void Rest(size_t work);
  void Flush();
  void Drain();
  size_t DropUnjudgeable(std::span<rte_mbuf*> burst);
  size_t Join(std::span<rte_mbuf*> burst);

  size_t Fetch(Side side, uint16_t queue, std::span<rte_mbuf*> burst);
  void JudgeOwn(Side side, std::span<rte_mbuf*> burst);
  void JudgeAll(Side side, std::span<rte_mbuf* const> burst);
  void Judge(Side side, std::span<rte_mbuf* const> burst, bool held_before);
  CaptureTime CaptureMoment() { return now_ + clock_.Beyond(now_); }
  void Keep(const Verdict& verdict, rte_mbuf* mbuf);
  void FreeDropped();
  void JudgeReleased();
  void Tick();
  void HandleOutbox();
  void Compose(const Outbox::Frame& frame);

  const unsigned id_;
  WorkerEnvironment& environment_;
  Clock clock_;
  Time now_;
  Time tick_at_;
  Proxy proxy_;
  Outbox outbox_;
  HeldFrames held_;
  Steering steering_;
  WaitingSyns waiting_syns_;
  Overload overload_;
  std::array<Transmitter, 2> transmitters_;  // by Side
  // Of the burst under judgement; here, so that nobody clears them for each.
  std::array<FrameBuffer, kMaxBurst> frames_;
  std::array<Verdict, kMaxBurst> verdicts_;
  Burst dropped_;
  size_t dropped_count_ = 0;
  IdlePacer pacer_;
  std::atomic<size_t> flows_{0};
  std::atomic<size_t> handshakes_{0};
  Counter busy_cycles_;
  Inquiry inquiry_;
  TapSlot tap_slot_;
  std::atomic<int64_t> heartbeat_ms_;
};

}  // namespace synsplice
