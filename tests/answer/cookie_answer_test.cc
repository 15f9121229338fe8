// Rules 1, 2, 4, 7, 9: who gets a cookie, what the SYN-ACK says, what a wrong cookie meets.
#include <tuple>

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class CookieAnswer : public DialogueTest {
 protected:
  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

class EveryWire : public ::testing::TestWithParam<std::tuple<bool, size_t>> {
 protected:
  static DialogueSetup WireSetup() {
    const uint16_t tags[] = {0x6123, 0x0456};
    DialogueSetup setup;
    setup.v6 = std::get<0>(GetParam());
    setup.tags.assign(tags, tags + std::get<1>(GetParam()));
    return setup;
  }
  ProxyHarness harness_{TransparentConfig()};
};

INSTANTIATE_TEST_SUITE_P(All, EveryWire,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(0u, 1u, 2u)));

TEST_P(EveryWire, SynBecomesItsSynAck) {
  Dialogue dialogue(harness_, WireSetup());
  dialogue.Open();
  EXPECT_EQ(harness_.proxy().flow_count(), 0u) << "nothing for the unproven";
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
  EXPECT_EQ(harness_.Count(Event::kCookiesSent), 1u);
  EXPECT_EQ(harness_.Count(Event::kTagged), WireSetup().tags.size() == 1);
  EXPECT_EQ(harness_.Count(Event::kDoubleTagged), WireSetup().tags.size() == 2);
}

// With tags on the general path, which keeps the SYN's until its turn comes.
TEST_P(EveryWire, HopLimitIsForTheSyn) {
  const Dialogue dialogue(harness_, WireSetup());
  for (const uint8_t hop_limit : {255, 254, 255}) {
    TcpFrame syn = dialogue.Syn();
    syn.hop_limit = hop_limit;
    EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce());
    EXPECT_EQ(harness_.TakeOne(Side::kOutside).hop_limit, hop_limit == 255 ? 255 : 64);
  }
}

// Only what the client offered comes back (rule 2).
TEST_P(EveryWire, OptionsFollowTheOffer) {
  for (int offer = 0; offer < 8; ++offer) {
    DialogueSetup setup = WireSetup();
    setup.client = {};
    setup.client.mss = 1460;
    if (offer & 1) setup.client.scale = 9;
    setup.client.sack_permitted = offer & 2;
    if (offer & 4) setup.client.timestamps = {0, 0};
    SCOPED_TRACE(offer);
    Dialogue(harness_, setup).Open();
  }
}

TEST_F(CookieAnswer, OptionsFollowThePromise) {
  Config config = TransparentConfig();
  config.services[0].promise = {1400, 1220, kNoScale, false, false, false};
  ProxyHarness harness(config);
  Dialogue(harness).Open();
  DialogueSetup v6;
  v6.v6 = true;
  Dialogue(harness, v6).Open();
}

// Rule 14. No cookie for a connection that nobody would take; nothing is counted as if one was
// sent.
TEST_F(CookieAnswer, NoCookieWhileTheInsideIsDown) {
  harness_.shared().inside_up = false;
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kInsideDown));
  EXPECT_EQ(harness_.Count(Event::kCookiesSent), 0u);
  harness_.shared().inside_up = true;
  dialogue_.Open();
}

TEST_F(CookieAnswer, NoCookieWhileTheBackendIsDown) {
  for (uint16_t port = 50000; port < 50003; ++port) {
    Dialogue refused(harness_);
    refused.client.port = port;
    refused.Open();
    refused.Validate();
    EXPECT_EQ(harness_.Feed(Side::kInside, refused.FromServer(kR | kA, 0, 1)), Verdict::Forward());
    harness_.TakeOne(Side::kOutside);
    harness_.Advance(Seconds(1));
  }
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kBackendsDown));
}

TEST_F(CookieAnswer, UnknownOptionsAreNotEchoed) {
  TcpFrame syn = dialogue_.Syn();
  // MSS, TCP Fast Open cookie request, MPTCP capable.
  syn.raw_options = {2, 4, 5, 0xb4, 34, 2, 30, 12, 0, 0x81, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1};
  EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).raw_options, (Bytes{2, 4, 5, 0xb4}));
}

// Rule 2: data in a SYN is never acknowledged.
TEST_F(CookieAnswer, SynWithDataAcksTheSynOnly) {
  TcpFrame syn = dialogue_.Syn();
  syn.payload = "GET / HTTP/1.0\r\n\r\n";
  EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce());
  const TcpFrame answer = harness_.TakeOne(Side::kOutside);
  EXPECT_EQ(answer.ack, dialogue_.isn_c + 1);
  EXPECT_EQ(answer.payload, "");
}

TEST_F(CookieAnswer, EcnSetupGetsAPlainAnswer) {
  for (const uint8_t flags : {kS | kE | kC, kS | kU, kS | kP, kS | kC}) {
    TcpFrame syn = dialogue_.Syn();
    syn.flags = flags;
    EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce()) << int{flags};
    EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kS | kA);
  }
}

struct FlagsCase {
  uint8_t flags;
  Reason reason;
};

// Rule 1: each with its own reason.
TEST_F(CookieAnswer, ImpossibleFlags) {
  constexpr FlagsCase kCases[] = {
      {kS | kF, Reason::kSynFin},
      {kS | kF | kA, Reason::kSynFin},
      {kS | kF | kR, Reason::kSynFin},
      {kS | kR, Reason::kSynRst},
      {kS | kR | kA, Reason::kSynRst},
      {0, Reason::kNullFlags},
      {kE | kC, Reason::kNullFlags},
      {kF | kP | kU, Reason::kXmas},
      {kF | kP | kU | kE, Reason::kXmas},
      {kF, Reason::kNoAck},
      {kP, Reason::kNoAck},
      {kU, Reason::kNoAck},
      {kS | kA, Reason::kSynAckWithoutFlow},
      {kR, Reason::kRstWithoutFlow},
      {kR | kA, Reason::kRstWithoutFlow},
  };
  for (const FlagsCase& test : kCases) {
    TcpFrame frame = dialogue_.Syn();
    frame.flags = test.flags;
    EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(test.reason)) << int{test.flags};
  }
  EXPECT_TRUE(harness_.IsQuiet());
}

TEST_F(CookieAnswer, ImpossibleOrigins) {
  const auto judge = [this](auto change) {
    TcpFrame syn = dialogue_.Syn();
    change(syn);
    return harness_.Feed(Side::kOutside, syn);
  };
  const auto from = [&judge](const char* address) {
    return judge([address](TcpFrame& syn) { syn.source.address = *ParseAddress(address); });
  };
  EXPECT_EQ(judge([](TcpFrame& syn) { syn.source_mac.bytes[0] |= 1; }),
            Verdict::Drop(Reason::kGroupMac));
  EXPECT_EQ(judge([](TcpFrame& syn) { syn.destination_mac = *ParseMac("ff:ff:ff:ff:ff:ff"); }),
            Verdict::Drop(Reason::kGroupMac));
  for (const char* address : {"224.0.0.1", "255.255.255.255", "0.0.0.0", "127.0.0.1"}) {
    EXPECT_EQ(from(address), Verdict::Drop(Reason::kImpossibleSource)) << address;
  }
  EXPECT_EQ(judge([](TcpFrame& syn) { syn.source = syn.destination; }),
            Verdict::Drop(Reason::kLand));
  EXPECT_TRUE(harness_.IsQuiet());
}

TEST_F(CookieAnswer, DamagedSynIsNotAnswered) {
  const TcpFrame syn = dialogue_.Syn();
  Bytes frame = syn.Build();
  frame[TcpOffset(syn) + 16] ^= 0x40;
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kBadTcpChecksum));
  frame = syn.Build();
  frame[IpOffset(syn) + 10] ^= 0x40;
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kBadIpChecksum));
}

TEST_F(CookieAnswer, BurstOfSyns) {
  std::vector<Bytes> burst;
  std::vector<Dialogue> dialogues;
  for (uint16_t i = 0; i < kMaxBurst; ++i) {
    DialogueSetup setup;
    setup.v6 = i % 2;
    setup.client_port = 10000 + i;
    setup.client = i % 3 ? LinuxOptions() : WindowsOptions();
    dialogues.emplace_back(harness_, setup);
    burst.push_back(dialogues.back().Syn().Build());
  }
  harness_.FeedBurst(Side::kOutside, burst);
  const auto answers = harness_.TakeTcp(Side::kOutside, kMaxBurst);
  for (size_t i = 0; i < kMaxBurst; ++i) {
    dialogues[i].isn_p = answers[i].seq;
    if (answers[i].options.timestamps) dialogues[i].tsval_p = answers[i].options.timestamps->first;
    EXPECT_EQ(answers[i], dialogues[i].CookieSynAck());
  }
  for (Dialogue& dialogue : dialogues) dialogue.Validate();
}

// Rule 9.
TEST_F(CookieAnswer, WindowSaturates) {
  Config config = TransparentConfig();
  config.services[0].promise.mss = 8960;
  config.handshake.hold_segments = 10;
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Open();
  EXPECT_EQ(dialogue.CookieSynAck().window, 65535);
}

TEST_F(CookieAnswer, WindowIsZeroWhenThePoolIsUsedUp) {
  Config config = TransparentConfig();
  config.handshake.hold_frames_total = 1;
  ProxyHarness harness(config);
  Dialogue first(harness);
  first.Open();
  first.Validate("early");
  DialogueSetup setup;
  setup.client_port = 40001;
  Dialogue second(harness, setup);
  EXPECT_EQ(harness.Feed(Side::kOutside, second.Syn()), Verdict::Bounce());
  EXPECT_EQ(harness.TakeOne(Side::kOutside).window, 0);
}

TEST_F(CookieAnswer, NoRoomForTheAnswer) {
  harness_.set_tailroom(0);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kNoTailroom));
}

// Rule 31: per prefix, until one of its clients has proved to be there.
TEST(Reflection, UnprovenPrefixesHaveABudget) {
  for (const bool v6 : {false, true}) {
    Config config = TransparentConfig();
    config.reflection.syn_acks_per_second = 2;
    ProxyHarness harness(config);
    DialogueSetup setup;
    setup.v6 = v6;
    Dialogue dialogue(harness, setup), neighbour(harness, setup), other(harness, setup);
    neighbour.client.address.bytes[15] ^= 1;
    other.client.address.bytes[v6 ? 7 : 14] ^= 1;
    dialogue.Open();
    neighbour.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, neighbour.Syn()),
              Verdict::Drop(Reason::kReflectionBudget));
    other.Open();
    harness.Advance(Seconds(1));
    dialogue.Open();
    dialogue.Validate();
    for (int i = 0; i < 5; ++i) neighbour.Open();
    harness.Advance(Seconds(602));
    harness.Take(Side::kInside);
    harness.Take(Side::kOutside);
    neighbour.Open();
    neighbour.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, neighbour.Syn()),
              Verdict::Drop(Reason::kReflectionBudget));
  }
}

}  // namespace
}  // namespace synsplice::test
