// Which SYNs have the short way. That both ways give the same answer is the fuzz target's: it gives
// every frame to a twin once more with a tag, which has no short way.
#include "answer/plain_syn.h"

#include "state/epoch_turn.h"
#include "support/plain_fixture.h"

namespace synsplice::test {
namespace {

class PlainSyn : public PlainFixture {
 protected:
  // Whether the batch took it: the first time, and when it looks like one before. `room` bytes of
  // memory hold it.
  bool Takes(Bytes frame, size_t room = kMaxComposedLength) {
    const auto length = static_cast<uint32_t>(frame.size());
    frame.resize(std::max(room, frame.size()));
    FrameBuffer buffer{frame.data(), length, static_cast<uint32_t>(frame.size())};
    const bool takes = TakesOnce(buffer);
    EXPECT_EQ(TakesOnce(buffer), takes);
    return takes;
  }
  TcpFrame Syn() const {
    TcpFrame syn = Frame(kS);
    syn.options = LinuxOptions();
    return syn;
  }
  bool TakesOnce(FrameBuffer& buffer) {
    burst_.side = Side::kOutside;
    burst_.frames = {&buffer, 1};
    TakePlain(*context_, burst_);
    const bool takes = burst_.plain[0].kind == PlainFrame::Kind::kSyn;
    EXPECT_EQ(context_->syns.count(), takes ? 1u : 0u);
    return takes;
  }
};

INSTANTIATE_TEST_SUITE_P(Family, PlainSyn, ::testing::Bool());

TEST_P(PlainSyn, OfEverySystemIsTaken) {
  TcpFrame syn = Syn();
  EXPECT_TRUE(Takes(syn.Build()));
  const Bytes windows{2, 4, 5, 180, 1, 3, 3, 8, 1, 1, 4, 2}, embedded{2, 4, 5, 180};
  const Bytes linux_without_timestamps{2, 4, 5, 180, 1, 1, 4, 2, 1, 3, 3, 8};
  for (const Bytes& options : {windows, embedded, linux_without_timestamps}) {
    syn.raw_options = options;
    EXPECT_TRUE(Takes(syn.Build()));
  }
  const CookieBatch& cookies = context_->syns.cookies;
  EXPECT_EQ(cookies.ClientAt(0), syn.source.address);
  EXPECT_EQ(cookies.ClientPortAt(0), syn.source.port);
  EXPECT_EQ(cookies.IsnCAt(0), syn.seq);
}

TEST_P(PlainSyn, OtherSegmentsAreLeft) {
  for (const int flags : {+kA, kS | kA, kS | kR, kS | kF, kF | kA, +kR, 0}) {
    TcpFrame frame = Syn();
    frame.flags = static_cast<uint8_t>(flags);
    EXPECT_FALSE(Takes(frame.Build())) << flags;
  }
}

TEST_P(PlainSyn, OtherLayoutsAreLeft) {
  TcpFrame frame = Syn();
  frame.payload = "early";
  EXPECT_FALSE(Takes(frame.Build()));
  frame = Syn();
  frame.tags = {5};
  EXPECT_FALSE(Takes(frame.Build()));
  frame = Syn();
  frame.destination.port = 81;
  EXPECT_FALSE(Takes(frame.Build()));
  frame = Syn();
  frame.source.address = frame.destination.address;
  EXPECT_FALSE(Takes(frame.Build()));
  frame = Syn();
  frame.source_mac = *ParseMac("03:00:00:00:00:01");
  EXPECT_FALSE(Takes(frame.Build()));
}

TEST_P(PlainSyn, WithoutRoomForTheAnswerIsLeft) {
  const Bytes syn = Syn().Build();
  EXPECT_FALSE(Takes(syn, kMaxComposedLength - 1));
  EXPECT_TRUE(Takes(syn, kMaxComposedLength));
  EXPECT_FALSE(Takes(syn, kMaxComposedLength - 1)) << "of a shape that is known";
}

TEST_P(PlainSyn, EveryDamagedByteBehindTheMacsIsLeft) {
  const TcpFrame syn = Syn();
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

// Rule 16: what was found out about a shape holds for an epoch.
TEST_P(PlainSyn, OfAKnownShapeOffersWhatIsPromisedNow) {
  const auto offers_sack = [&] {
    EXPECT_TRUE(Takes(Syn().Build()));
    return SynKind::OptionsOf(context_->syns.Last().kind).sack;
  };
  EXPECT_TRUE(offers_sack());
  const Offer asked{1460, 7, true, true, false}, answer{1460, 7, false, true, false};
  const Time turn =
      context_->jar.BeginOfEpoch(kStart + Milliseconds(policy_.config().cookie.epoch));
  for (int i = 0; i < 3; ++i) context_->promises.Learn(id(), asked, answer, turn);
  EXPECT_TRUE(offers_sack());
  context_->now = turn;
  TurnEpoch(*context_);
  EXPECT_FALSE(offers_sack());
}

// More kinds than the batch has places for, in runs and by turns.
TEST_P(PlainSyn, EveryKindInABurstGetsItsOwnAnswer) {
  std::vector<Bytes> frames, alone;
  for (uint8_t i = 0; i < kMaxBurst; ++i) {
    TcpFrame syn = Syn();
    const uint16_t mss = kMssTable[i / 2 % kMssTable.size()];
    const uint8_t scale = i / 4 % 15;
    syn.options.mss = mss;
    syn.options.scale = scale;
    const auto high = static_cast<uint8_t>(mss >> 8), low = static_cast<uint8_t>(mss);
    if (i % 5 == 0) syn.raw_options = {2, 4, high, low, 1, 3, 3, scale, 1, 1, 4, 2};
    syn.seq += i;
    frames.push_back(syn.Build());
  }
  for (const Bytes& frame : frames) {
    Take(Side::kOutside, {frame});
    ASSERT_EQ(JudgePlain(*context_, burst_, 0), 1u);
    alone.push_back(Result(0));
  }
  Take(Side::kOutside, frames);
  ASSERT_EQ(JudgePlain(*context_, burst_, 0), frames.size());
  for (size_t i = 0; i < frames.size(); ++i) EXPECT_EQ(Result(i), alone[i]) << i;
  EXPECT_EQ(context_->counters.Get(Event::kCookiesSent), 2 * frames.size());
}

TEST_P(PlainSyn, EachOfARunCountsTowardsAFlood) {
  FloodMeter& meter = context_->flood[0] = FloodMeter(kMaxBurst);
  for (const size_t count : {kMaxBurst - 1, size_t{1}}) {
    EXPECT_FALSE(meter.IsFlooded(context_->second));
    Take(Side::kOutside, std::vector<Bytes>(count, Syn().Build()));
    ASSERT_EQ(JudgePlain(*context_, burst_, 0), count);
  }
  EXPECT_TRUE(meter.IsFlooded(context_->second));
}

// The others stand in the way, or have to be removed first.
TEST_P(PlainSyn, AtAFlowIsLeftUnlessItHasEnded) {
  Flow* flow = AddFlow(Syn(), Phase::kEstablished);
  const auto answers = [&](Phase phase, uint16_t idle_ticks) {
    flow->set_phase(phase);
    flow->last_seen = static_cast<uint16_t>(context_->tick - idle_ticks);
    Take(Side::kOutside, {Syn().Build()});
    return JudgePlain(*context_, burst_, 0) == 1;
  };
  for (const Phase phase : {Phase::kTimeWait, Phase::kClosed}) {
    EXPECT_TRUE(answers(phase, 0)) << Name(phase);
    EXPECT_FALSE(answers(phase, context_->fresh_ticks)) << Name(phase);
  }
  for (const Phase phase : {Phase::kWaiting, Phase::kEstablished, Phase::kClientClosed,
                            Phase::kServerClosed, Phase::kClosing, Phase::kRefused}) {
    EXPECT_FALSE(answers(phase, 0)) << Name(phase);
  }
}

// A frame before it that took the general path, here the first one, has opened the flow.
TEST_P(PlainSyn, AtAFlowThatThisBurstHasOpenedIsLeft) {
  const TcpFrame syn = Syn();
  Take(Side::kOutside, {syn.Build(), syn.Build()});
  AddFlow(syn, Phase::kEstablished);
  EXPECT_EQ(JudgePlain(*context_, burst_, 1), 1u);
}

// The tags of its home do not name it.
TEST_P(PlainSyn, AtAFlowAwayFromHomeIsLeft) {
  using enum FlowTable::Fetched;
  TcpFrame syn = Syn();
  do {
    ++syn.source.port;
    AddFlow(syn, Phase::kEstablished);
  } while (context_->flows.PrefetchAtHome(HashOf(syn)) != kTags);
  Take(Side::kOutside, {syn.Build()});
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 0u);
}

// Also when its shape is known and its checksum is right for what stands there.
TEST_P(PlainSyn, FromAMappedAddressIsLeft) {
  if (!GetParam()) return;
  const TcpFrame syn = Syn();
  ASSERT_TRUE(Takes(syn.Build()));
  Bytes frame = syn.Build();
  const Address mapped = *ParseAddress("198.18.0.12");
  std::copy(mapped.bytes.begin(), mapped.bytes.end(), frame.begin() + IpOffset(syn) + 8);
  const size_t checksum = TcpOffset(syn) + kTcpChecksumOffset;
  frame[checksum] = frame[checksum + 1] = 0;
  const uint16_t right = SlowTransportChecksum(
      mapped, syn.destination.address, 6, std::span<const uint8_t>(frame).subspan(TcpOffset(syn)));
  frame[checksum] = static_cast<uint8_t>(right >> 8), frame[checksum + 1] = right & 0xff;
  EXPECT_FALSE(Takes(frame));
}

}  // namespace
}  // namespace synsplice::test
