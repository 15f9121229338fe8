#include "support/proxy_harness.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/counters_agree.h"

namespace synsplice {

void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << Name(verdict.kind) << " " << Label(verdict.reason) << " slot " << verdict.slot;
}

}  // namespace synsplice

namespace synsplice::test {
namespace {

constexpr SipKey kSeed{0x1111, 0x2222};

Config Checked(Config config) {
  for (const auto& [key, sentence] : Policy::Validate(config)) ADD_FAILURE() << key << sentence;
  return config;
}

}  // namespace

ProxyHarness::ProxyHarness(Config config, Time start)
    : policy_(std::make_unique<Policy>(Checked(std::move(config)))),
      memory_(policy_->config()),
      shared_(memory_.state(), kSeed, kOutsideMac, kInsideMac),
      now_(start),
      proxy_(*policy_, shared_, kSeed, start) {}

ProxyHarness::~ProxyHarness() { EXPECT_EQ(CountersAgree(proxy_).complaints(), ""); }

Verdict ProxyHarness::Feed(Side side, const Bytes& frame) {
  return FeedBurst(side, {frame}).front();
}

std::vector<Verdict> ProxyHarness::FeedBurst(Side side, const std::vector<Bytes>& frames) {
  std::vector<Bytes> memory = frames;
  std::vector<FrameBuffer> buffers;
  for (Bytes& bytes : memory) {
    const auto length = static_cast<uint32_t>(bytes.size());
    bytes.resize(bytes.size() + tailroom_);
    buffers.push_back({bytes.data(), length, static_cast<uint32_t>(bytes.size())});
  }
  std::vector<Verdict> verdicts(frames.size());
  proxy_.Process(side, now_, buffers, verdicts, outbox_);
  for (size_t i = 0; i < frames.size(); ++i) {
    memory[i].resize(buffers[i].length);
    Apply(side, verdicts[i], frames[i], std::move(memory[i]));
  }
  EmptyOutbox();
  return verdicts;
}

Reply ProxyHarness::Ask(const Request& request) {
  Reply reply;
  proxy_.Answer(now_, request, reply, outbox_);
  EmptyOutbox();
  return reply;
}

void ProxyHarness::Adopt(Config config) {
  auto next = std::make_unique<Policy>(Checked(std::move(config)), *policy_);
  for (const auto& [key, sentence] : next->obstacles()) ADD_FAILURE() << key << sentence;
  Request request;
  request.kind = Request::Kind::kAdoptPolicy;
  request.policy = next.get();
  Ask(request);
  policy_ = std::move(next);
}

void ProxyHarness::Apply(Side side, Verdict verdict, const Bytes& original, Bytes frame) {
  switch (verdict.kind) {
    case Verdict::Kind::kForward:
      Out(Other(side)).push_back(std::move(frame));
      return;
    case Verdict::Kind::kBounce:
      Out(side).push_back(std::move(frame));
      return;
    case Verdict::Kind::kHold:
      EXPECT_EQ(frame, original) << "a held frame must not be modified";
      held_[verdict.slot].push_back(std::move(frame));
      return;
    case Verdict::Kind::kConsumed:
      EXPECT_EQ(verdict.reason, Reason::kNone);
      return;
    case Verdict::Kind::kDrop:
      EXPECT_NE(verdict.reason, Reason::kNone) << "every drop is named";
      return;
  }
}

void ProxyHarness::EmptyOutbox() {
  const Outbox box = outbox_;
  outbox_.Clear();
  for (const Outbox::Frame& frame : box.frames()) {
    Out(frame.to).emplace_back(frame.view().begin(), frame.view().end());
  }
  for (const Outbox::SlotEvent& event : box.slot_events()) {
    const std::vector<Bytes> frames = std::move(held_[event.slot]);
    held_.erase(event.slot);
    EXPECT_FALSE(frames.empty()) << "an event for a slot without frames";
    if (event.kind == Outbox::SlotEvent::Kind::kRelease) FeedBurst(Side::kOutside, frames);
  }
}

void ProxyHarness::Advance(Milliseconds duration) {
  const Time end = now_ + duration;
  while (now_ < end) {
    now_ = std::min(end, now_ + std::clamp(duration / 1000, Milliseconds(10), Milliseconds(1000)));
    bool more = true;
    while (more) {
      more = proxy_.Tick(now_, outbox_);
      EmptyOutbox();
    }
  }
}

std::vector<Bytes> ProxyHarness::Take(Side side) { return std::exchange(Out(side), {}); }

std::vector<TcpFrame> ProxyHarness::TakeTcp(Side side, size_t count) {
  std::vector<TcpFrame> frames;
  for (const Bytes& bytes : Take(side)) {
    const auto frame = ReadTcpFrame(bytes);
    EXPECT_TRUE(frame) << "not TCP, or a wrong length or checksum";
    if (frame) frames.push_back(*frame);
  }
  EXPECT_EQ(frames.size(), count) << "frames to " << Name(side);
  frames.resize(count);
  return frames;
}

size_t ProxyHarness::held_count() const {
  size_t count = 0;
  for (const auto& [slot, frames] : held_) count += frames.size();
  return count;
}

std::optional<Flow> ProxyHarness::FlowOf(Side side, const TcpFrame& frame) const {
  return proxy_.Peek(side, now_, frame.Build());
}

}  // namespace synsplice::test
