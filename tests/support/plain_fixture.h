// One worker's state and bursts of frames for it, for tests of the short ways.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "io/memory/state_memory.h"
#include "proxy/plain.h"
#include "support/dialogue.h"

namespace synsplice::test {

// For both families, one service.
class PlainFixture : public ::testing::TestWithParam<bool> {
 protected:
  static constexpr Time kStart = FromMilliseconds(1700000000000);

  explicit PlainFixture(Config config = TransparentConfig())
      : policy_(std::move(config)),
        context_(std::make_unique<Context>(policy_, shared_, SipKey{1, 2}, kStart, 0)) {
    outbox_ = std::make_unique<Outbox>();
    context_->outbox = outbox_.get();
  }

  // A frame of the client, or of the server.
  TcpFrame Frame(uint8_t flags, bool from_client = true) const {
    TcpFrame frame;
    const Endpoint client =
        *ParseEndpoint(GetParam() ? "[2001:db8::c]:40000" : "198.18.0.12:40000");
    frame.source_mac = from_client ? kClientMac : kServerMac;
    frame.destination_mac = from_client ? kServerMac : kClientMac;
    frame.source = from_client ? client : listener();
    frame.destination = from_client ? listener() : client;
    frame.seq = 5000, frame.ack = 70000;
    frame.flags = flags;
    frame.window = 500;
    return frame;
  }
  const Endpoint& listener() const { return policy_.listener(id()).endpoint; }
  ListenerId id() const { return GetParam() ? 2 : 1; }

  FlowKey KeyOf(const TcpFrame& from_client) const {
    const Endpoint& client = from_client.source;
    return {client.address, client.port, 0, policy_.listener(id()).group};
  }
  FlowTable::Hash HashOf(const TcpFrame& from_client) const {
    return context_->flows.HashOf(KeyOf(from_client));
  }
  // The flow that this frame of a client would meet.
  Flow* AddFlow(const TcpFrame& from_client, Phase phase) {
    Flow* flow = context_->flows.Insert(HashOf(from_client), KeyOf(from_client), id());
    flow->set_phase(phase);
    flow->last_seen = context_->tick;
    return flow;
  }

  // Takes in a burst; what it becomes stands in `memory_`.
  void Take(Side side, const std::vector<Bytes>& frames, size_t room = kMaxComposedLength) {
    memory_ = frames;
    buffers_.clear();
    for (Bytes& bytes : memory_) {
      const auto length = static_cast<uint32_t>(bytes.size());
      bytes.resize(std::max(bytes.size(), room));
      buffers_.push_back({bytes.data(), length, static_cast<uint32_t>(bytes.size())});
    }
    verdicts_.assign(frames.size(), Verdict::Consumed());
    burst_.side = side, burst_.frames = buffers_, burst_.verdicts = verdicts_;
    TakePlain(*context_, burst_);
    context_->jar.Bake(context_->syns.cookies);
  }
  Bytes Result(size_t i) const {
    return Bytes(memory_[i].begin(), memory_[i].begin() + buffers_[i].length);
  }

  Policy policy_;
  StateMemory state_{policy_.config()};
  Shared shared_{state_.state(), {1, 2}, kServerMac, kClientMac};
  std::unique_ptr<Context> context_;
  std::unique_ptr<Outbox> outbox_;
  Burst burst_;
  std::vector<Bytes> memory_;
  std::vector<FrameBuffer> buffers_;
  std::vector<Verdict> verdicts_;
};

}  // namespace synsplice::test
