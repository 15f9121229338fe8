// The smallest shell: owns a Proxy with all it needs, applies verdicts and records what leaves.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <vector>

#include "io/memory/state_memory.h"
#include "support/tcp_frame.h"
#include "synsplice/proxy/proxy.h"

namespace synsplice {

// For gtest's messages.
void PrintTo(const Verdict& verdict, std::ostream* out);

}  // namespace synsplice

namespace synsplice::test {

// Five seconds later the low 32 bits of the milliseconds wrap: so do our time stamps.
inline constexpr Time kStart = FromMilliseconds(396 * (int64_t{1} << 32) - 5000);

inline const Mac kOutsideMac = *ParseMac("02:00:00:00:00:f0");
inline const Mac kInsideMac = *ParseMac("02:00:00:00:00:f1");

class ProxyHarness {
 public:
  // Reports what Policy::Validate finds wrong with `config`.
  explicit ProxyHarness(Config config, Time start = kStart);
  ~ProxyHarness();

  // One frame arrives; the verdict is applied and the Outbox emptied as proxy.h says.
  Verdict Feed(Side side, const TcpFrame& frame) { return Feed(side, frame.Build()); }
  Verdict Feed(Side side, const Bytes& frame);
  std::vector<Verdict> FeedBurst(Side side, const std::vector<Bytes>& frames);

  // What an operator asks; what is sent because of it is recorded.
  Reply Ask(const Request& request);
  // Another configuration, which follows the one before.
  void Adopt(Config config);

  // Lets time pass and ticks; what the timers send is recorded.
  void Advance(Milliseconds duration);

  // What has left through the port since the last call.
  std::vector<Bytes> Take(Side side);
  // The same, which must be TCP frames with good checksums, and so many of them.
  std::vector<TcpFrame> TakeTcp(Side side, size_t count);
  TcpFrame TakeOne(Side side) { return TakeTcp(side, 1).front(); }
  bool IsQuiet() const { return out_[0].empty() && out_[1].empty(); }

  // Bytes of memory behind each frame that is fed.
  void set_tailroom(size_t bytes) { tailroom_ = bytes; }

  Time now() const { return now_; }
  uint32_t timestamp() const { return static_cast<uint32_t>(ToMilliseconds(now_)); }
  Proxy& proxy() { return proxy_; }
  Shared& shared() { return shared_; }
  const Policy& policy() const { return *policy_; }
  uint64_t Count(Event event) const { return proxy_.counters().Get(event); }
  uint64_t Count(Reason reason) const { return proxy_.counters().Get(reason); }
  size_t held_count() const;
  // The flow that this frame would meet.
  std::optional<Flow> FlowOf(Side side, const TcpFrame& frame) const;

 private:
  void Apply(Side side, Verdict verdict, const Bytes& original, Bytes frame);
  void EmptyOutbox();
  std::vector<Bytes>& Out(Side side) { return out_[static_cast<size_t>(side)]; }

  std::unique_ptr<Policy> policy_;
  StateMemory memory_;
  Shared shared_;
  Time now_;
  Proxy proxy_;
  Outbox outbox_;
  size_t tailroom_ = 256;
  std::vector<Bytes> out_[2];
  std::map<SlotIndex, std::vector<Bytes>> held_;
};

}  // namespace synsplice::test
