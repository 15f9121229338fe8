#include "io/dpdk/lcore/worker.h"

#include <rte_cycles.h>
#include <rte_ethdev.h>
#include <rte_mbuf.h>
#include <rte_prefetch.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace synsplice {
namespace {

constexpr Milliseconds kTickInterval{1};
// What a worker that is behind reads in one round: a receive ring of the usual size. Of the SYNs
// among it as many as one burst holds are answered.
constexpr int kBurstsBehind = 32;
// At the end the workers stop one after another: so long each looks for frames of the others.
constexpr Milliseconds kDrainTime{20};

FrameBuffer Lend(rte_mbuf* mbuf) {
  return {rte_pktmbuf_mtod(mbuf, uint8_t*), mbuf->data_len,
          uint32_t{mbuf->buf_len} - mbuf->data_off};
}

void SetLength(rte_mbuf* mbuf, uint32_t length) {
  mbuf->data_len = static_cast<uint16_t>(length);
  mbuf->pkt_len = length;
}

bool IsSent(const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::kForward || verdict.kind == Verdict::Kind::kBounce;
}

// Of a frame from `side` that is sent.
Side PortOf(Side side, const Verdict& verdict) {
  return verdict.kind == Verdict::Kind::kForward ? Other(side) : side;
}

}  // namespace

Worker::Worker(unsigned id, WorkerEnvironment& environment, const Policy& policy, SipKey flow_seed)
    : id_(id),
      environment_(environment),
      clock_(environment.utc),
      now_(clock_.Now()),
      tick_at_(now_),
      proxy_(policy, environment.shared, flow_seed, now_, id),
      held_(policy.config().handshake),
      steering_(environment.owner, id, environment.exchange, proxy_.counters()),
      waiting_syns_(proxy_.counters()),
      transmitters_{TransmitterFor(Side::kOutside), TransmitterFor(Side::kInside)},
      heartbeat_ms_(ToMilliseconds(now_)) {
  proxy_.Reserve();
}

// Queue q belongs to worker q modulo the workers: each worker below the number of queues sends
// through the queue of its own number, the others through a ring.
Transmitter Worker::TransmitterFor(Side side) {
  const Port& port = environment_.port(side);
  if (id_ < port.queues()) {
    return Transmitter(port, static_cast<uint16_t>(id_), proxy_.counters());
  }
  return Transmitter(environment_.exchange.Outgoing(id_ % port.queues(), side), proxy_.counters());
}

void Worker::Run() {
  while (!environment_.stop.load(std::memory_order_relaxed)) {
    const uint64_t begin = rte_rdtsc();
    const size_t work = Round();
    if (work != 0) busy_cycles_.Add(rte_rdtsc() - begin);
    if (environment_.idle == Idle::kAdaptive) Rest(work);
  }
  Drain();
}

size_t Worker::Round() {
  size_t frames = 0;
  for (const Side side : {Side::kOutside, Side::kInside}) {
    frames += Receive(side);
    frames += ReceiveStrangers(side);
    frames += RelayOutgoing(side);
  }
  Tick();
  Flush();
  return frames;
}

void Worker::Rest(size_t work) {
  if (pacer_.MayRest(work, std::chrono::steady_clock::now)) {
    std::this_thread::sleep_for(IdlePacer::kRest);
  }
}

void Worker::Drain() {
  const Time end = clock_.Now() + kDrainTime;
  while (clock_.Now() < end) {
    for (const Side side : {Side::kOutside, Side::kInside}) {
      ReceiveStrangers(side);
      RelayOutgoing(side);
    }
    Flush();
  }
}

size_t Worker::Receive(Side side) {
  const Port& port = environment_.port(side);
  if (!port.is_open()) return 0;
  const bool connections_first = side == Side::kOutside && overload_.ConnectionsFirst();
  size_t received = 0;
  bool any_full = false;
  for (unsigned queue = id_; queue < port.queues(); queue += environment_.owner.workers()) {
    const auto number = static_cast<uint16_t>(queue);
    const size_t count =
        connections_first ? ReceiveConnectionsFirst(side, number) : ReceiveBurst(side, number);
    any_full |= count >= kMaxBurst;
    received += count;
  }
  if (side == Side::kOutside) {
    overload_.Round(any_full, environment_.is_behind.load(std::memory_order_relaxed));
  }
  return received;
}

size_t Worker::ReceiveBurst(Side side, uint16_t queue) {
  Burst burst;
  const size_t received = Fetch(side, queue, burst);
  if (received != 0) JudgeOwn(side, {burst.data(), DropUnjudgeable({burst.data(), received})});
  return received;
}

// Until the queue is empty, or for some bursts: inside has its turn as well.
size_t Worker::ReceiveConnectionsFirst(Side side, uint16_t queue) {
  Burst burst;
  size_t received = 0;
  for (int i = 0; i < kBurstsBehind; ++i) {
    const size_t fetched = Fetch(side, queue, burst);
    received += fetched;
    const size_t count = DropUnjudgeable({burst.data(), fetched});
    JudgeOwn(side, {burst.data(), waiting_syns_.SetAside({burst.data(), count})});
    if (fetched < burst.size()) break;
  }
  JudgeOwn(side, waiting_syns_.Take());
  return received;
}

size_t Worker::Fetch(Side side, uint16_t queue, std::span<rte_mbuf*> burst) {
  return rte_eth_rx_burst(environment_.port(side).id(), queue, burst.data(),
                          static_cast<uint16_t>(burst.size()));
}

void Worker::JudgeOwn(Side side, std::span<rte_mbuf*> burst) {
  JudgeAll(side, burst.first(steering_.KeepOwn(proxy_.policy(), side, burst)));
}

size_t Worker::ReceiveStrangers(Side side) {
  if (environment_.owner.workers() == 1) return 0;
  Burst burst;
  const size_t count = environment_.exchange.Strangers(id_, side).Take(burst);
  // All of it is in the cache of another core.
  for (size_t i = 0; i < count; ++i) rte_prefetch0(burst[i]);
  for (size_t i = 0; i < count; ++i) rte_prefetch0(rte_pktmbuf_mtod(burst[i], void*));
  JudgeAll(side, {burst.data(), count});
  return count;
}

size_t Worker::RelayOutgoing(Side side) {
  const bool others_lack_queues = environment_.port(side).queues() < environment_.owner.workers();
  if (!others_lack_queues) return 0;
  Burst burst;
  const size_t count = environment_.exchange.Outgoing(id_, side).Take(burst);
  for (size_t i = 0; i < count; ++i) transmitter(side).Add(burst[i]);
  return count;
}

void Worker::Flush() {
  for (Transmitter& transmitter : transmitters_) transmitter.Flush();
}

// The core wants a frame in one piece, as nearly all are.
size_t Worker::DropUnjudgeable(std::span<rte_mbuf*> burst) {
  bool all_whole = true;
  for (rte_mbuf* mbuf : burst) {
    rte_prefetch0(rte_pktmbuf_mtod(mbuf, void*));
    all_whole &= mbuf->nb_segs == 1;
  }
  return all_whole ? burst.size() : Join(burst);
}

size_t Worker::Join(std::span<rte_mbuf*> burst) {
  size_t kept = 0;
  for (rte_mbuf* mbuf : burst) {
    if (mbuf->nb_segs == 1 || rte_pktmbuf_linearize(mbuf) == 0) {
      burst[kept++] = mbuf;
    } else {
      proxy_.counters().Count(Reason::kMultiSegment);
      rte_pktmbuf_free(mbuf);
    }
  }
  return kept;
}

void Worker::JudgeAll(Side side, std::span<rte_mbuf* const> burst) {
  if (burst.empty()) return;
  now_ = clock_.Now();
  Judge(side, burst, false);
  JudgeReleased();
}

void Worker::Judge(Side side, std::span<rte_mbuf* const> burst, bool held_before) {
  const std::span<FrameBuffer> frames(frames_.data(), burst.size());
  const std::span<Verdict> verdicts(verdicts_.data(), burst.size());
  std::transform(burst.begin(), burst.end(), frames.begin(), Lend);
  Tap* const tap = tap_slot_.tap();
  if (tap) tap->OnArrival(proxy_.policy(), {side, held_before, frames});
  proxy_.Process(side, now_, frames, verdicts, outbox_);
  if (tap) tap->OnJudged(CaptureMoment(), {side, held_before, frames}, verdicts);
  for (size_t i = 0; i < burst.size(); ++i) {
    if (IsSent(verdicts[i])) {
      SetLength(burst[i], frames[i].length);
      transmitter(PortOf(side, verdicts[i])).Add(burst[i]);
    } else {
      Keep(verdicts[i], burst[i]);
    }
  }
  FreeDropped();
  HandleOutbox();
}

void Worker::Keep(const Verdict& verdict, rte_mbuf* mbuf) {
  if (verdict.kind == Verdict::Kind::kHold) {
    held_.Hold(verdict.slot, mbuf);
  } else {
    dropped_[dropped_count_++] = mbuf;
  }
}

void Worker::FreeDropped() {
  if (dropped_count_ == 0) return;
  rte_pktmbuf_free_bulk(dropped_.data(), static_cast<unsigned>(dropped_count_));
  dropped_count_ = 0;
}

// Before the next frame from outside, which must not overtake the held ones.
void Worker::JudgeReleased() {
  Burst burst;
  while (const size_t count = held_.TakeReleased(burst)) {
    Judge(Side::kOutside, {burst.data(), count}, true);
  }
}

void Worker::Tick() {
  const Time now = clock_.Now();
  if (now < tick_at_) return;
  now_ = now;
  const bool more = proxy_.Tick(now_, outbox_);
  HandleOutbox();
  inquiry_.Serve([this](const Request& request, Reply& reply) {
    proxy_.Answer(now_, request, reply, outbox_);
    HandleOutbox();
  });
  JudgeReleased();
  tap_slot_.Look();
  tick_at_ = more ? now_ : now_ + kTickInterval;
  flows_.store(proxy_.flow_count(), std::memory_order_relaxed);
  handshakes_.store(proxy_.handshake_count(), std::memory_order_relaxed);
  heartbeat_ms_.store(ToMilliseconds(now_), std::memory_order_relaxed);
}

void Worker::HandleOutbox() {
  for (const Outbox::Frame& frame : outbox_.frames()) Compose(frame);
  for (const Outbox::SlotEvent& event : outbox_.slot_events()) {
    switch (event.kind) {
      case Outbox::SlotEvent::Kind::kRelease:
        held_.Release(event.slot);
        break;
      case Outbox::SlotEvent::Kind::kDiscard:
        held_.Discard(event.slot);
        break;
    }
  }
  outbox_.Clear();
}

void Worker::Compose(const Outbox::Frame& frame) {
  const bool is_open = environment_.port(frame.to).is_open();
  rte_mbuf* mbuf = is_open ? rte_pktmbuf_alloc(environment_.pool.get()) : nullptr;
  if (mbuf == nullptr) {
    proxy_.counters().Count(Reason::kNoBuffer);
    return;
  }
  std::copy_n(frame.bytes.data(), frame.length, rte_pktmbuf_mtod(mbuf, uint8_t*));
  SetLength(mbuf, frame.length);
  if (Tap* const tap = tap_slot_.tap()) {
    tap->OnMade(proxy_.policy(), CaptureMoment(), frame.to, frame.view());
  }
  transmitter(frame.to).Add(mbuf);
}

}  // namespace synsplice
