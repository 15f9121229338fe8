// Rule 16: the client has timestamps, the server has none.
#include "support/dialogue.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

class Synthesise : public DialogueTest {
 protected:
  static DialogueSetup WithoutTimestamps() {
    DialogueSetup setup;
    setup.server.timestamps.reset();
    return setup;
  }
  TcpFrame ServerSendsSack(size_t blocks) {
    TcpFrame frame = dialogue_.FromServer(kA, 1, 1);
    for (uint32_t i = 1; i <= blocks; ++i) {
      frame.options.sack.emplace_back(dialogue_.isn_c + 100 * i, dialogue_.isn_c + 100 * i + 50);
    }
    return frame;
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_, WithoutTimestamps()};
};

TEST_F(Synthesise, TsvalIsNowAndTsecrTheLatest) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  for (int i = 0; i < 4; ++i) {
    harness_.Advance(Milliseconds(2000));  // across the wrap of the milliseconds
    dialogue_.client_timestamp += 50;
    dialogue_.ClientSays(kA, 1, 1);
    dialogue_.ServerSays(kA, 1, 1);
  }
}

TEST_F(Synthesise, OlderTsvalDoesNotMoveTheEcho) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  TcpFrame old = dialogue_.FromClient(kA, 1, 1);
  old.options.timestamps->first -= 10;
  EXPECT_EQ(harness_.Feed(Side::kOutside, old), Verdict::Forward());
  harness_.Take(Side::kInside);
  dialogue_.ServerSays(kA, 1, 1);
}

// Rule 18: tracked numbers move only on acceptable segments.
TEST_F(Synthesise, UnacceptableSegmentDoesNotMoveTheEcho) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  TcpFrame forged = dialogue_.FromClient(kA, 0x40000000, 1);
  forged.options.timestamps->first += 100000;
  EXPECT_EQ(harness_.Feed(Side::kOutside, forged), Verdict::Forward());
  harness_.Take(Side::kInside);
  dialogue_.ServerSays(kA, 1, 1);
}

// Found by tests/sim: only the client's checksum tells that a TSval was damaged on the way.
TEST_F(Synthesise, DamagedSegmentDoesNotMoveTheEcho) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  const TcpFrame segment = dialogue_.FromClient(kA, 1, 1);
  Bytes damaged = segment.Build();
  damaged[TcpOffset(segment) + 20 + 4] ^= 1;  // the highest byte of TSval, behind two NOPs
  EXPECT_EQ(harness_.Feed(Side::kOutside, damaged), Verdict::Forward());
  harness_.Take(Side::kInside);
  dialogue_.ServerSays(kA, 1, 1);
}

TEST_F(Synthesise, ResetCarriesNone) {
  dialogue_.Splice();
  TcpFrame reset = dialogue_.FromServer(kR | kA, 1, 1);
  EXPECT_EQ(harness_.Feed(Side::kInside, reset), Verdict::Forward());
  harness_.Take(Side::kInside);
  const auto frames = harness_.TakeTcp(Side::kOutside, 1);
  EXPECT_EQ(frames[0].options, Options{});
}

TEST_F(Synthesise, AtMostThreeSackBlocks) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  for (size_t blocks = 1; blocks <= 4; ++blocks) {
    TcpFrame frame = ServerSendsSack(blocks);
    frame.payload = "payload";
    EXPECT_EQ(harness_.Feed(Side::kInside, frame), Verdict::Forward());
    TcpFrame expected = dialogue_.ToClient(kA, 1, 1, "payload");
    expected.options.sack = frame.options.sack;
    expected.options.sack.resize(std::min<size_t>(blocks, 3));
    EXPECT_EQ(harness_.TakeOne(Side::kOutside), expected) << blocks;
  }
}

TEST_F(Synthesise, PaddedFrames) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  Bytes padded = dialogue_.FromServer(kA, 1, 1).Build();
  padded.resize(60);
  EXPECT_EQ(harness_.Feed(Side::kInside, padded), Verdict::Forward());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ToClient(kA, 1, 1));
}

TEST_F(Synthesise, NoTailroom) {
  dialogue_.Splice();
  harness_.set_tailroom(11);
  const TcpFrame full = dialogue_.FromServer(kA, 1, 1, std::string(1448, 'x'));
  EXPECT_EQ(harness_.Feed(Side::kInside, full), Verdict::Drop(Reason::kNoTailroom));
  harness_.set_tailroom(12);
  EXPECT_EQ(harness_.Feed(Side::kInside, full), Verdict::Forward());
}

// A backend that was known to have timestamps and suddenly has none may fill the link: its sender
// learns the smaller size, and the segment comes again (rule 16).
TEST_F(Synthesise, FullSegmentIsAnsweredTooBig) {
  dialogue_.Splice();
  harness_.Take(Side::kInside);
  const TcpFrame full = dialogue_.FromServer(kA, 1, 1, std::string(1449, 'x'));
  EXPECT_EQ(harness_.Feed(Side::kInside, full), Verdict::Bounce());
  IcmpError error;
  error.source_mac = kClientMac;
  error.destination_mac = kServerMac;
  error.source = dialogue_.client.address;
  error.destination = dialogue_.backend.address;
  error.code = 4;
  error.rest = 1488;
  error.quoted = full;
  error.quoted_tcp = 20;
  EXPECT_EQ(harness_.Take(Side::kInside), std::vector<Bytes>{error.Build()});
  EXPECT_EQ(harness_.Count(Event::kTooBigSent), 1u);
  EXPECT_TRUE(harness_.IsQuiet());
  dialogue_.ServerSays(kA, 1, 1, std::string(1448, 'x'));
}

// No IPv6 sender goes below 1280 bytes (RFC 8200 5): to ask for less would end nothing.
TEST_F(Synthesise, SmallestIpv6LinkIsNeverTooBig) {
  Config config = TransparentConfig();
  config.services[0].promise.mss_v6 = 1220;
  ProxyHarness harness(config);
  DialogueSetup setup = WithoutTimestamps();
  setup.v6 = true;
  Dialogue dialogue(harness, setup);
  dialogue.backend_syn_mss = 1208;
  dialogue.Splice();
  harness.Take(Side::kInside);
  dialogue.ServerSays(kA, 1, 1, std::string(1220, 'x'));
  EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kA, 1, 1, std::string(1221, 'x'))),
            Verdict::Bounce());
}

// The SYN leaves room for the option until the backend is known to have it.
TEST_F(Synthesise, MssLeavesRoom) {
  dialogue_.Splice();
  DialogueSetup setup = WithoutTimestamps();
  setup.client_port = 40001;
  Dialogue second(harness_, setup);
  EXPECT_EQ(second.backend_syn_mss, 1448);
  harness_.Take(Side::kInside);
  second.Splice();
  harness_.Take(Side::kInside);
  setup.server.timestamps = {0, 0};
  setup.client_port = 40002;
  Dialogue third(harness_, setup);
  third.Splice();
  harness_.Take(Side::kInside);
  setup.client_port = 40003;
  Dialogue fourth(harness_, setup);
  fourth.backend_syn_mss = 1460;
  fourth.Splice();
}

}  // namespace
}  // namespace synsplice::test
