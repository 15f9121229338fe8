// The pure core: (side, frames, now) -> one verdict per frame.
//
// Theory of operation. A shell (DPDK worker, capture replay, simulator) owns the frames and the
// clock. It calls Process with a burst that arrived on one side, applies the verdicts, sends the
// Outbox, feeds released frames again, and calls Tick when it has nothing else to do, at least
// every few milliseconds. One Proxy belongs to one thread; workers share only what Shared holds.
// After construction the core allocates nothing, reads no clock, logs nothing, does no I/O.
#pragma once

#include <memory>
#include <optional>
#include <span>

#include "synsplice/base/counters.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/side.h"
#include "synsplice/base/time.h"
#include "synsplice/base/verdict.h"
#include "synsplice/flow/flow.h"
#include "synsplice/policy/policy.h"
#include "synsplice/state/client_notes.h"
#include "synsplice/state/outbox.h"
#include "synsplice/state/refused_clients.h"
#include "synsplice/state/request.h"
#include "synsplice/state/service_counters.h"
#include "synsplice/state/shared.h"
#include "synsplice/watch/source_board.h"

namespace synsplice {

class Proxy {
 public:
  // `shared` must outlive the proxy, `policy` until another one is adopted. `seed` keys the flow
  // table's hash (random in the appliance, fixed where runs must repeat). `start` is the first
  // `now`. `worker` counts from 0: its part of the state is the proxy's alone.
  Proxy(const Policy& policy, Shared& shared, SipKey seed, Time start, unsigned worker = 0);
  ~Proxy();
  Proxy(const Proxy&) = delete;
  Proxy& operator=(const Proxy&) = delete;

  // Judges `frames` (at most kMaxBurst), all arrived on `side`; verdicts[i] is for frames[i].
  // REQUIRES: verdicts.size() == frames.size(); outbox is empty; now does not step back.
  void Process(Side side, Time now, std::span<FrameBuffer> frames, std::span<Verdict> verdicts,
               Outbox& outbox);

  // Timers: SYN retransmission, silent backends, neighbour requests, expiry of idle flows.
  // Bounded work per call; answers whether more is due now. REQUIRES: outbox is empty.
  bool Tick(Time now, Outbox& outbox);

  // Takes the memory for all that policies to come may have, which the core would take when it
  // adopts them.
  void Reserve();
  const Policy& policy() const;

  // What an operator asks: bounded work per call, adopting a policy aside. REQUIRES: outbox is
  // empty.
  void Answer(Time now, const Request& request, Reply& reply, Outbox& outbox);

  const Counters& counters() const;
  Counters& counters();  // for the shell's own reasons (tx_full ...)
  std::span<const ServiceCounters> service_counters() const;  // by index of the service
  std::span<const BackendCounters> backend_counters() const;  // by BackendId
  RefusedClients& refused_clients();
  const SourceBoard& sources() const;          // who sends SYNs; written by Tick, once a second
  std::span<const Counter> list_hits() const;  // SYNs of listed clients, and what was blocked
  ClientNotes& notes();                        // for one thread to read: any
  size_t flow_count() const;       // live entries of the flow table, TIME_WAIT and closed included
  size_t handshake_count() const;  // slots in use

  // For explain: a copy of the flow that this frame would meet, without touching it.
  std::optional<Flow> Peek(Side side, Time now, std::span<const uint8_t> frame) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace synsplice
