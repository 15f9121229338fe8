// Frames that a short way judges must get the same answer from the general one. A priority tag
// (VID 0) changes nothing about whose a frame is, but frames with tags have no short way: the twin
// of a proxy gets everything with such a tag, and its answers must be those of the proxy with a
// tag.
#pragma once

#include <span>
#include <vector>

#include "io/memory/state_memory.h"
#include "support/tcp_frame.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice::fuzz {

using test::Bytes;

// Frames, each with so many bytes of memory behind it.
struct Call {
  Side side;
  Time now;
  const std::vector<Bytes>& frames;
  size_t tailroom;
};
// `frames` are those of the call, as they are behind it.
struct Result {
  std::span<const Verdict> verdicts;
  const std::vector<Bytes>& frames;
  const Outbox& outbox;
};

class Twin {
 public:
  // As the proxy beside it. `policy` must outlive it.
  Twin(const Policy& policy, SipKey seed, Mac outside_mac, Mac inside_mac, Time start);

  // What the proxy beside it got, and what it answered.
  void Process(const Call& call, const Result& result);
  void Tick(Time now, bool more, const Outbox& outbox);
  // Of the proxy beside it.
  void CheckCounters(const Proxy& proxy) const;

 private:
  void CheckFrame(const Call& call, const Result& result, size_t i, const Bytes& bytes);
  void CheckOutbox(const Outbox& outbox);
  void CheckServices(const Proxy& proxy) const;

  StateMemory memory_;
  Shared shared_;
  Proxy proxy_;
  Outbox outbox_;
};

}  // namespace synsplice::fuzz
