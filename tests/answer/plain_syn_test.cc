// Which SYNs have the short way. That both ways give the same answer is the fuzz target's: it gives
// every frame to a twin once more with a tag, which has no short way.
#include "answer/plain_syn.h"

#include "io/memory/state_memory.h"
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr Time kStart = FromMilliseconds(1700000000000);

class PlainSyn : public DialogueTest, public ::testing::WithParamInterface<bool> {
 protected:
  PlainSyn() : dialogue_(harness_, Family()) {}
  static DialogueSetup Family() {
    DialogueSetup setup;
    setup.v6 = GetParam();
    return setup;
  }
  // Whether the batch took it. `room` bytes of memory hold it.
  bool Takes(Bytes frame, size_t room = kMaxComposedLength) {
    const auto length = static_cast<uint32_t>(frame.size());
    frame.resize(std::max(room, frame.size()));
    const FrameBuffer buffer{frame.data(), length, static_cast<uint32_t>(frame.size())};
    uint8_t syn_of = 0;
    context_->syns.count = 0;
    TakePlainSyns(*context_, {&buffer, 1}, &syn_of);
    EXPECT_EQ(context_->syns.count, syn_of == kNoSyn ? 0u : 1u);
    return syn_of != kNoSyn;
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_;
  Policy policy_{TransparentConfig()};
  StateMemory state_{policy_.config()};
  Shared shared_{state_.state(), {1, 2}, kServerMac, kClientMac};
  std::unique_ptr<Context> context_ =
      std::make_unique<Context>(policy_, shared_, SipKey{1, 2}, kStart, 0);
};

INSTANTIATE_TEST_SUITE_P(Family, PlainSyn, ::testing::Bool());

TEST_P(PlainSyn, OfEverySystemIsTaken) {
  TcpFrame syn = dialogue_.Syn();
  EXPECT_TRUE(Takes(syn.Build()));
  const Bytes windows{2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2}, embedded{2, 4, 5, 180};
  for (const Bytes& options : {windows, embedded}) {
    syn.raw_options = options;
    EXPECT_TRUE(Takes(syn.Build()));
  }
  EXPECT_EQ(context_->syns.requests[0].tuple.client, syn.source.address);
  EXPECT_EQ(context_->syns.requests[0].tuple.client_port, syn.source.port);
  EXPECT_EQ(context_->syns.requests[0].tuple.isn_c, syn.seq);
}

TEST_P(PlainSyn, OtherSegmentsAreLeft) {
  for (const int flags : {+kA, kS | kA, kS | kR, kS | kF, kF | kA, +kR, 0}) {
    TcpFrame frame = dialogue_.Syn();
    frame.flags = static_cast<uint8_t>(flags);
    EXPECT_FALSE(Takes(frame.Build())) << flags;
  }
}

TEST_P(PlainSyn, OtherLayoutsAreLeft) {
  TcpFrame frame = dialogue_.Syn();
  frame.payload = "early";
  EXPECT_FALSE(Takes(frame.Build()));
  frame = dialogue_.Syn();
  frame.tags = {5};
  EXPECT_FALSE(Takes(frame.Build()));
  frame = dialogue_.Syn();
  frame.destination.port = 81;
  EXPECT_FALSE(Takes(frame.Build()));
  frame = dialogue_.Syn();
  frame.source.address = frame.destination.address;
  EXPECT_FALSE(Takes(frame.Build()));
  frame = dialogue_.Syn();
  frame.source_mac = *ParseMac("03:00:00:00:00:01");
  EXPECT_FALSE(Takes(frame.Build()));
}

TEST_P(PlainSyn, WithoutRoomForTheAnswerIsLeft) {
  EXPECT_FALSE(Takes(dialogue_.Syn().Build(), kMaxComposedLength - 1));
}

TEST_P(PlainSyn, EveryDamagedByteBehindTheMacsIsLeft) {
  const TcpFrame syn = dialogue_.Syn();
  const Bytes good = syn.Build();
  const size_t label_end = IpOffset(syn) + 4, hop_limit = IpOffset(syn) + 7;
  for (size_t at = 12; at < good.size(); ++at) {
    // No checksum guards IPv6's class, label, hop limit.
    if (syn.v6() && ((at >= IpOffset(syn) && at < label_end) || at == hop_limit)) continue;
    Bytes damaged = good;
    damaged[at] ^= 0x01;
    EXPECT_FALSE(Takes(damaged)) << at;
  }
  for (size_t length = 0; length < good.size(); ++length) {
    EXPECT_FALSE(Takes(Bytes(good.begin(), good.begin() + static_cast<long>(length)))) << length;
  }
}

}  // namespace
}  // namespace synsplice::test
