// Rules 16, 17, 22: what the endpoints must agree on although they never negotiated it.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class Translate : public DialogueTest {
 protected:
  static DialogueSetup ServerWithout(bool scale, bool sack, bool timestamps) {
    DialogueSetup setup;
    if (!scale) setup.server.scale.reset();
    setup.server.sack_permitted = sack;
    if (!timestamps) setup.server.timestamps.reset();
    return setup;
  }
  static TcpFrame Window(TcpFrame frame, uint16_t window) {
    frame.window = window;
    return frame;
  }
  TcpFrame Translated(Side side, const TcpFrame& frame) {
    EXPECT_EQ(harness_.Feed(side, frame), Verdict::Forward());
    return harness_.TakeOne(Other(side));
  }

  ProxyHarness harness_{TransparentConfig()};
};

struct WindowCase {
  uint16_t sent, received;
};

// Promised scale 7, the server has none: C->S min(65535, w << 7), S->C w >> 7, never to zero.
TEST_F(Translate, ServerWithoutScale) {
  Dialogue dialogue(harness_, ServerWithout(false, true, true));
  dialogue.Splice();
  harness_.Take(Side::kInside);
  for (const WindowCase test :
       {WindowCase{0, 0}, {1, 128}, {502, 64256}, {511, 65408}, {512, 65535}, {65535, 65535}}) {
    const TcpFrame frame = Window(dialogue.FromClient(kA, 1, 1), test.sent);
    EXPECT_EQ(Translated(Side::kOutside, frame).window, test.received) << test.sent;
  }
  for (const WindowCase test :
       {WindowCase{0, 0}, {1, 1}, {127, 1}, {128, 1}, {256, 2}, {65535, 511}}) {
    const TcpFrame frame = Window(dialogue.FromServer(kA, 1, 1), test.sent);
    EXPECT_EQ(Translated(Side::kInside, frame).window, test.received) << test.sent;
  }
}

// Another scale than promised: S->C (w << 10) >> 7, saturating; C->S unchanged.
TEST_F(Translate, ServerWithALargerScale) {
  DialogueSetup setup;
  setup.server.scale = 10;
  Dialogue dialogue(harness_, setup);
  dialogue.Splice();
  harness_.Take(Side::kInside);
  for (const WindowCase test :
       {WindowCase{0, 0}, {1, 8}, {8191, 65528}, {8192, 65535}, {65535, 65535}}) {
    const TcpFrame frame = Window(dialogue.FromServer(kA, 1, 1), test.sent);
    EXPECT_EQ(Translated(Side::kInside, frame).window, test.received) << test.sent;
  }
  const TcpFrame frame = Window(dialogue.FromClient(kA, 1, 1), 65535);
  EXPECT_EQ(Translated(Side::kOutside, frame).window, 65535);
}

TEST_F(Translate, ServerWithASmallerScale) {
  DialogueSetup setup;
  setup.server.scale = 2;
  Dialogue dialogue(harness_, setup);
  dialogue.Splice();
  for (const WindowCase test :
       {WindowCase{0, 0}, {1, 1}, {31, 1}, {32, 1}, {64, 2}, {65535, 2047}}) {
    const TcpFrame frame = Window(dialogue.FromServer(kA, 1, 1), test.sent);
    EXPECT_EQ(Translated(Side::kInside, frame).window, test.received) << test.sent;
  }
}

// Rule 33: windows of 1 with scale 14. Rule 28: 15 and more mean 14.
TEST_F(Translate, WindowsOfOneWithScale14) {
  for (const uint8_t scale : {14, 255}) {
    Config config = TransparentConfig();
    config.services[0].promise.window_scale = 14;
    ProxyHarness harness(config);
    DialogueSetup setup;
    setup.client.scale = 14;
    setup.server.scale = scale;
    Dialogue dialogue(harness, setup);
    dialogue.Splice();
    harness.Take(Side::kInside);
    (void)harness.Feed(Side::kInside, Window(dialogue.FromServer(kA, 1, 1), 1));
    EXPECT_EQ(harness.TakeOne(Side::kOutside).window, 1);
    (void)harness.Feed(Side::kOutside, Window(dialogue.FromClient(kA, 1, 1), 1));
    EXPECT_EQ(harness.TakeOne(Side::kInside).window, 1);
  }
}

// SACK edges across the wrap; only the client's blocks are in the server's numbers.
TEST_F(Translate, SackBlocksAreShiftedTowardsTheServer) {
  Dialogue dialogue(harness_);
  dialogue.isn_s = 5;
  dialogue.Splice();
  harness_.Take(Side::kInside);
  TcpFrame frame = dialogue.FromClient(kA, 1, 1);
  TcpFrame expected = dialogue.ToServer(kA, 1, 1);
  for (const uint32_t edge : {10u, 0xfffffff0u, 0x7fffffffu}) {
    frame.options.sack.emplace_back(dialogue.isn_p + edge, dialogue.isn_p + edge + 30);
    expected.options.sack.emplace_back(dialogue.isn_s + edge, dialogue.isn_s + edge + 30);
  }
  EXPECT_EQ(Translated(Side::kOutside, frame), expected);
  TcpFrame back = dialogue.FromServer(kA, 1, 1);
  TcpFrame expected_back = dialogue.ToClient(kA, 1, 1);
  back.options.sack = expected_back.options.sack = {{dialogue.isn_c + 10, dialogue.isn_c + 90}};
  EXPECT_EQ(Translated(Side::kInside, back), expected_back);
}

// Rule 17: option values may lie at odd offsets.
TEST_F(Translate, OptionsAtOddOffsets) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Take(Side::kInside);
  TcpFrame frame = dialogue.FromClient(kP | kA, 1, 1, "odd");
  frame.options.sack = {{dialogue.isn_p + 10, dialogue.isn_p + 20}};
  const Bytes regular = WriteOptions(frame.options);
  // NOP, timestamps, NOP, NOP, SACK, NOP: both options start at odd offsets.
  frame.raw_options = {1};
  frame.raw_options.insert(frame.raw_options.end(), regular.begin() + 2, regular.end());
  frame.raw_options.push_back(1);
  TcpFrame expected = dialogue.ToServer(kP | kA, 1, 1, "odd");
  expected.options.sack = {{dialogue.isn_s + 10, dialogue.isn_s + 20}};
  EXPECT_EQ(Translated(Side::kOutside, frame), expected);
}

TEST_F(Translate, ServerWithoutSackGetsNoBlocks) {
  Dialogue dialogue(harness_, ServerWithout(true, false, true));
  dialogue.Splice();
  harness_.Take(Side::kInside);
  TcpFrame frame = dialogue.FromClient(kA, 1, 1);
  frame.options.sack = {{dialogue.isn_p + 10, dialogue.isn_p + 20}};
  const TcpFrame received = Translated(Side::kOutside, frame);
  EXPECT_EQ(received, dialogue.ToServer(kA, 1, 1));
  EXPECT_EQ(received.raw_options.size(), WriteOptions(frame.options).size()) << "NOPs instead";
}

// Rule 22: TSecr is translated only when ACK is set; a RST needs no timestamps.
TEST_F(Translate, ResetsAndTimestamps) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Take(Side::kInside);
  TcpFrame reset = dialogue.FromClient(kR, 1, 0);
  reset.ack = 0;
  const TcpFrame received = Translated(Side::kOutside, reset);
  EXPECT_EQ(received.options.timestamps, reset.options.timestamps);
  EXPECT_EQ(received.ack, 0u) << "no ACK, nothing to translate";
}

// The client hears one MAC, the one that it talks to; the backend hears the client's.
TEST_F(Translate, NatClientHearsTheMacThatItAddressed) {
  ProxyHarness harness(NatConfig());
  DialogueSetup setup;
  setup.nat = true;
  Dialogue dialogue(harness, setup);
  dialogue.Splice();
  harness.Take(Side::kInside);
  EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kP | kA, 1, 1, "x")),
            Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kOutside).source_mac, kOutsideMac);
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.FromClient(kA, 1, 2)), Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kInside).source_mac, kClientMac);
}

// A router on the inside is the client's way to the service address, and the backend's way back.
TEST_F(Translate, NatBehindARouterKeepsItsMac) {
  ProxyHarness harness(NatConfig());
  DialogueSetup setup;
  setup.nat = true;
  Dialogue dialogue(harness, setup);
  TcpFrame syn = dialogue.Syn();
  syn.destination_mac = kBackendMac;
  EXPECT_EQ(harness.Feed(Side::kOutside, syn), Verdict::Bounce());
  const TcpFrame syn_ack = harness.TakeOne(Side::kOutside);
  EXPECT_EQ(syn_ack.source_mac, kBackendMac);
  dialogue.isn_p = syn_ack.seq;
  dialogue.tsval_p = syn_ack.options.timestamps->first;
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.destination_mac = kBackendMac;
  ack.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(harness.Feed(Side::kOutside, ack), Verdict::Consumed());
  EXPECT_EQ(harness.Feed(Side::kInside, dialogue.ServerSynAck()), Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kOutside).source_mac, kBackendMac);
  EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kP | kA, 1, 1, "x")),
            Verdict::Forward());
  EXPECT_EQ(harness.TakeOne(Side::kOutside).source_mac, kBackendMac);
}

}  // namespace
}  // namespace synsplice::test
