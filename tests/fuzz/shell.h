// A shell that trusts nothing: it runs the core as proxy.h says and checks after every call what
// must hold for any input.
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "fuzz/twin.h"
#include "io/memory/state_memory.h"
#include "support/tcp_frame.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice::fuzz {

using test::Bytes;

class Shell {
 public:
  // Told of every frame that leaves through `to`.
  using Listener = std::function<void(Side to, const Bytes& frame)>;

  // `tailroom`: bytes of memory behind each frame.
  Shell(const Config& config, size_t tailroom, Listener listener);

  // At most kMaxBurst frames arrive together.
  void Feed(Side side, const std::vector<Bytes>& frames);
  // Time passes in one step; the timers run until nothing is due.
  void Advance(Milliseconds duration);
  // Time passes until every timeout is over: nothing may be left.
  void Rest();

  Time now() const { return now_; }
  const Policy& policy() const { return policy_; }

 private:
  void Judge(Side side, const Bytes& input, Verdict verdict, Bytes output);
  void Hold(Side side, const Bytes& input, Verdict verdict, const Bytes& output);
  void EmptyOutbox(size_t most_frames, size_t most_events);
  void CheckTables() const;
  void Send(Side to, Bytes frame) { listener_(to, frame); }
  bool IsStranger(const test::TcpFrame& frame) const;

  Policy policy_;
  StateMemory memory_;
  Shared shared_;
  Time now_;
  Proxy proxy_;
  Twin twin_;
  Outbox outbox_;
  size_t tailroom_;
  Listener listener_;
  uint64_t fed_ = 0;
  std::map<SlotIndex, std::vector<Bytes>> held_;
};

}  // namespace synsplice::fuzz
