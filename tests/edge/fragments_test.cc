// Rule 24: fragments of a service's TCP.
#include "support/dialogue.h"
#include "support/fragment_frames.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

class Fragments : public DialogueTest {
 protected:
  Verdict Feed(Side side, const TcpFrame& frame, size_t offset, size_t length = 8000) {
    return harness_.Feed(side, FragmentOf(frame, frame.Build(), offset, length));
  }
  void FeedAll(Side side, const TcpFrame& frame, size_t size) {
    for (const Bytes& part : FragmentsOf(frame, size)) {
      EXPECT_EQ(harness_.Feed(side, part), Verdict::Forward());
    }
  }
  TcpFrame Data(size_t size = 1000) const {
    return dialogue_.FromClient(kP | kA, 1, 1, std::string(size, 'd'));
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

constexpr auto kForward = Verdict::Forward();
const auto kFragmentDrop = Verdict::Drop(Reason::kFragment);
const auto kOverlap = Verdict::Drop(Reason::kFragmentOverlap);
const auto kNoFirst = Verdict::Drop(Reason::kFragmentWithoutFirst);

// The translation of the fragments, put together, is the translation of the whole.
TEST_F(Fragments, AreTranslatedLikeTheWholeSegment) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    DialogueSetup setup;
    setup.v6 = random() & 1;
    setup.nat = random() & 1;
    if (random() & 1) setup.tags = {0x2064};
    ProxyHarness harness(setup.nat ? NatConfig() : TransparentConfig());
    Dialogue dialogue(harness, setup);
    dialogue.Splice();
    harness.Take(Side::kOutside);
    harness.Take(Side::kInside);
    const Side side = random() & 1 ? Side::kOutside : Side::kInside;
    const std::string payload(100 + random() % 1300, static_cast<char>('a' + random() % 26));
    const TcpFrame frame = side == Side::kOutside ? dialogue.FromClient(kP | kA, 1, 1, payload)
                                                  : dialogue.FromServer(kP | kA, 1, 1, payload);
    const size_t size = 40 + random() % 80 * 8;
    const auto parts = FragmentsOf(frame, size, static_cast<uint32_t>(random()));
    for (const Bytes& part : parts) ASSERT_EQ(harness.Feed(side, part), kForward);
    const auto translated = harness.Take(Other(side));
    ASSERT_EQ(translated.size(), parts.size());
    const auto whole = ReadTcpFrame(Reassembled(frame, translated));
    ASSERT_TRUE(whole) << round;
    const TcpFrame expected = side == Side::kOutside ? dialogue.ToServer(kP | kA, 1, 1, payload)
                                                     : dialogue.ToClient(kP | kA, 1, 1, payload);
    ASSERT_EQ(*whole, expected) << round;
    // The flow knows the whole length: an acknowledgement of all of it is tracked.
    const auto flow = harness.FlowOf(side, frame);
    ASSERT_TRUE(flow);
    const Seq end = side == Side::kOutside ? flow->client_end : flow->server_end;
    const uint32_t isn = side == Side::kOutside ? dialogue.isn_c : dialogue.isn_s;
    ASSERT_EQ(end.value, isn + 1 + static_cast<uint32_t>(payload.size()));
  }
}

TEST_F(Fragments, WithoutProofNoneIsRemembered) {
  TcpFrame syn = dialogue_.Syn();
  syn.payload = std::string(100, 's');
  EXPECT_EQ(Feed(Side::kOutside, syn, 0, 80), kFragmentDrop);
  EXPECT_EQ(Feed(Side::kOutside, syn, 80), kNoFirst);
  dialogue_.Open();
  EXPECT_EQ(Feed(Side::kOutside, Data(), 0, 80), kFragmentDrop);  // the cookie's ACK
  EXPECT_EQ(Feed(Side::kOutside, Data(), 80), kNoFirst);
  dialogue_.Validate();
  EXPECT_EQ(Feed(Side::kOutside, Data(), 0, 80), kFragmentDrop);  // waiting: nothing can be held
  EXPECT_EQ(Feed(Side::kInside, dialogue_.FromServer(kA, 1, 1, "0123456789"), 16), kNoFirst);
}

TEST_F(Fragments, SynAndResetAreDropped) {
  dialogue_.Splice();
  for (const uint8_t flags :
       {kS, kR, static_cast<uint8_t>(kR | kA), static_cast<uint8_t>(kS | kA), uint8_t{0}, kF}) {
    TcpFrame frame = Data();
    frame.flags = flags;
    EXPECT_EQ(Feed(Side::kOutside, frame, 0, 80), kFragmentDrop) << int{flags};
  }
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
}

TEST_F(Fragments, OutOfWindowIsDropped) {
  dialogue_.Splice();
  EXPECT_EQ(
      Feed(Side::kOutside, dialogue_.FromClient(kA, 0x40000000, 1, std::string(99, 'f')), 0, 80),
      kFragmentDrop);
}

TEST_F(Fragments, TinyFirstFragment) {
  dialogue_.Splice();
  const auto tiny = Verdict::Drop(Reason::kTinyFragment);
  for (const size_t length : {8u, 16u, 24u}) {
    EXPECT_EQ(Feed(Side::kOutside, Data(), 0, length), tiny) << length;
  }
  EXPECT_EQ(Feed(Side::kOutside, Data(), 8), tiny);
  EXPECT_EQ(Feed(Side::kOutside, Data(), 0, 32), kForward);  // 20 and 12 bytes of options
}

TEST_F(Fragments, OverlapsEndTheDatagram) {
  for (const bool v6 : {false, true}) {
    DialogueSetup setup;
    setup.v6 = v6;
    setup.client_port = v6 ? 40001 : 40002;
    Dialogue dialogue(harness_, setup);
    dialogue.Splice();
    const TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
    EXPECT_EQ(Feed(Side::kOutside, data, 0, 400), kForward);
    EXPECT_EQ(Feed(Side::kOutside, data, 400, 200), kForward);
    EXPECT_EQ(Feed(Side::kOutside, data, 400, 200), kOverlap);  // the same again: harmless
    EXPECT_EQ(Feed(Side::kOutside, data, 0, 400), kOverlap);
    EXPECT_EQ(Feed(Side::kOutside, data, 600, 200), kForward);
    EXPECT_EQ(Feed(Side::kOutside, data, 24, 400), kOverlap);
    EXPECT_EQ(Feed(Side::kOutside, data, 24, 408 + 400), kOverlap);
    EXPECT_EQ(Feed(Side::kOutside, data, 800), kOverlap) << "nothing of it passes any more";
    harness_.Take(Side::kInside);
  }
}

TEST_F(Fragments, EntryEndsWithItsTimeAndItsDatagram) {
  dialogue_.Splice();
  EXPECT_EQ(Feed(Side::kOutside, Data(), 0, 400), kForward);
  harness_.Advance(Milliseconds(5000));
  EXPECT_EQ(Feed(Side::kOutside, Data(), 400), kNoFirst);
  FeedAll(Side::kOutside, Data(), 400);
  EXPECT_EQ(Feed(Side::kOutside, Data(), 400), kNoFirst);
  EXPECT_EQ(harness_.Count(Event::kFragments), 4u);
}

TEST_F(Fragments, KeyTellsDatagramsApart) {
  dialogue_.Splice();
  const TcpFrame data = Data();
  EXPECT_EQ(Feed(Side::kOutside, data, 0, 400), kForward);
  const Bytes whole = data.Build();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FragmentOf(data, whole, 400, 400, kFragmentId + 1)),
            kNoFirst);
  TcpFrame tagged = data;
  tagged.tags = {5};
  EXPECT_EQ(Feed(Side::kOutside, tagged, 400), kNoFirst);
  EXPECT_EQ(Feed(Side::kInside, dialogue_.FromServer(kA, 1, 1, std::string(999, 's')), 400),
            kNoFirst);
}

// A FIN counts when all of it has passed and its sum is right.
TEST_F(Fragments, FinCountsWhenComplete) {
  dialogue_.Splice();
  const TcpFrame fin = dialogue_.FromClient(kF | kA, 1, 1, std::string(1000, 'd'));
  EXPECT_EQ(Feed(Side::kOutside, fin, 0, 400), kForward);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
  EXPECT_EQ(Feed(Side::kOutside, fin, 400), kForward);
  EXPECT_EQ(dialogue_.phase(), Phase::kClientClosed);
}

TEST_F(Fragments, DamagedFinDoesNotCount) {
  dialogue_.Splice();
  const TcpFrame fin = dialogue_.FromClient(kF | kA, 1, 1, std::string(1000, 'd'));
  EXPECT_EQ(Feed(Side::kOutside, fin, 0, 400), kForward);
  Bytes damaged = FragmentOf(fin, fin.Build(), 400, 8000);
  damaged.back() ^= 1;
  EXPECT_EQ(harness_.Feed(Side::kOutside, damaged), kForward);
  EXPECT_EQ(dialogue_.phase(), Phase::kEstablished);
}

TEST_F(Fragments, CannotGrowByTimestamps) {
  DialogueSetup setup;
  setup.server.timestamps.reset();
  setup.client_port = 40003;
  Dialogue dialogue(harness_, setup);
  dialogue.Splice();
  const TcpFrame answer = dialogue.FromServer(kA, 1, 1, std::string(1000, 's'));
  EXPECT_EQ(Feed(Side::kInside, answer, 0, 400), Verdict::Drop(Reason::kFragmentResize));
  EXPECT_EQ(Feed(Side::kInside, answer, 400), kNoFirst);
  FeedAll(Side::kOutside, dialogue.FromClient(kA, 1, 1, std::string(1000, 'c')), 400);
}

// RFC 8200 4.5: the receiver believes the first one's next header only.
TEST_F(Fragments, LaterNextHeaderDoesNotMatter) {
  DialogueSetup setup;
  setup.v6 = setup.nat = true;
  ProxyHarness harness(NatConfig());
  Dialogue dialogue(harness, setup);
  dialogue.Splice();
  harness.Take(Side::kInside);
  const TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
  auto parts = FragmentsOf(data, 600);
  parts[1][TcpOffset(data)] = 17;
  for (const Bytes& part : parts) EXPECT_EQ(harness.Feed(Side::kOutside, part), kForward);
  EXPECT_EQ(ReadTcpFrame(Reassembled(data, harness.Take(Side::kInside))),
            dialogue.ToServer(kA, 1, 1, std::string(1000, 'd')));
  // Without a first one it is nobody's.
  EXPECT_EQ(harness.Feed(Side::kOutside, parts[1]), kForward);
  EXPECT_EQ(harness.Count(Event::kBridged), 1u);
}

// Everything that is not a service's is bridged, in fragments too.
TEST_F(Fragments, OfOtherPortsAreBridged) {
  for (const bool v6 : {false, true}) {
    DialogueSetup setup;
    setup.v6 = v6;
    Dialogue dialogue(harness_, setup);
    TcpFrame ssh = dialogue.FromClient(kA, 1, 1, std::string(1000, 'o'));
    ssh.destination.port = 22;
    TcpFrame answer = dialogue.FromServer(kA, 1, 1, std::string(1000, 'o'));
    answer.source.port = 22;
    EXPECT_EQ(Feed(Side::kOutside, ssh, 400), kNoFirst);
    FeedAll(Side::kOutside, ssh, 400);
    EXPECT_EQ(harness_.Take(Side::kInside), FragmentsOf(ssh, 400));
    FeedAll(Side::kInside, answer, 400);
    EXPECT_EQ(harness_.Take(Side::kOutside), FragmentsOf(answer, 400));
    // The same name again, for the service's port: what is dropped takes its later ones along.
    const TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
    EXPECT_EQ(Feed(Side::kOutside, data, 0, 400), kFragmentDrop);
    EXPECT_EQ(Feed(Side::kOutside, data, 400), kNoFirst);
  }
}

TEST_F(Fragments, LengthsThatFitNowhere) {
  dialogue_.Splice();
  const auto bad = Verdict::Drop(Reason::kBadFragment);
  EXPECT_EQ(Feed(Side::kOutside, Data(), 0, 401), bad);
  Bytes far = FragmentOf(Data(), Data().Build(), 400, 8000);
  Set16(far, 20, 0x1fff);
  EXPECT_EQ(harness_.Feed(Side::kOutside, far), bad);
}

TEST_F(Fragments, OfConnectionsThatTheServerOpened) {
  TcpFrame syn = dialogue_.FromServer(kS, 0, 0);
  EXPECT_EQ(harness_.Feed(Side::kInside, syn), kForward);
  harness_.Take(Side::kOutside);
  const TcpFrame data = dialogue_.FromServer(kF | kA, 1, 1, std::string(1000, 's'));
  const auto parts = FragmentsOf(data, 600);
  for (const Bytes& part : parts) EXPECT_EQ(harness_.Feed(Side::kInside, part), kForward);
  EXPECT_EQ(harness_.Take(Side::kOutside), parts);
  EXPECT_EQ(harness_.FlowOf(Side::kInside, data)->phase(), Phase::kServerClosed);
}

}  // namespace
}  // namespace synsplice::test
