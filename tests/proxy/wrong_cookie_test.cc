// Rules 3, 6, 7, 30: ACKs that prove nothing.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class WrongCookie : public DialogueTest {
 protected:
  static Config With(ServiceConfig::WrongCookie answer) {
    Config config = TransparentConfig();
    config.services[0].wrong_cookie = answer;
    config.services[0].flood_syns_per_second = 10;
    return config;
  }
  TcpFrame Stray(Dialogue& dialogue) { return dialogue.FromClient(kA, 1, 12345); }
};

// Rule 30: seq = its ack number, flags RST only, no options, window 0.
TEST_F(WrongCookie, IsResetWhileThereIsNoFlood) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  Dialogue dialogue(harness);
  const TcpFrame stray = Stray(dialogue);
  EXPECT_EQ(harness.Feed(Side::kOutside, stray), Verdict::Refuse(Reason::kCookieWrong));
  TcpFrame reset = dialogue.ResetToClient(0);
  reset.flags = kR;
  reset.seq = stray.ack;
  reset.ack = 0;
  EXPECT_EQ(harness.TakeOne(Side::kOutside), reset);
  EXPECT_EQ(harness.Count(Reason::kCookieWrong), 1u);
  EXPECT_EQ(harness.Count(Event::kResetsSent), 1u);
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
}

TEST_F(WrongCookie, IsSilentUnderFlood) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  Dialogue dialogue(harness);
  for (int i = 0; i < 10; ++i) (void)harness.Feed(Side::kOutside, dialogue.Syn());
  harness.TakeTcp(Side::kOutside, 10);
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
  harness.Advance(Seconds(3));
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
}

TEST_F(WrongCookie, ConfiguredAnswers) {
  ProxyHarness resets(With(ServiceConfig::WrongCookie::kReset));
  Dialogue dialogue(resets);
  for (int i = 0; i < 20; ++i) (void)resets.Feed(Side::kOutside, dialogue.Syn());
  EXPECT_EQ(resets.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
  ProxyHarness drops(With(ServiceConfig::WrongCookie::kDrop));
  EXPECT_EQ(drops.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
}

TEST_F(WrongCookie, ResetsAreRateLimited) {
  Config config = With(ServiceConfig::WrongCookie::kReset);
  config.handshake.wrong_cookie_resets_per_second = 5;
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
  }
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
  harness.Advance(Milliseconds(200));
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
}

TEST_F(WrongCookie, LaterDataCannotValidate) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
  Dialogue dialogue(harness);
  dialogue.Open();
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.FromClient(kP | kA, 1461, 1, "second")),
            Verdict::Drop(Reason::kCookieWrong));
  dialogue.Validate("first");
}

// The ACK and the first segment were lost: a RST would kill what the retransmission saves.
TEST_F(WrongCookie, LaterDataOfALostHandshakeIsNotReset) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  Dialogue dialogue(harness);
  dialogue.Open();
  TcpFrame later = dialogue.FromClient(kP | kA, 1449, 1, "second");
  later.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(harness.Feed(Side::kOutside, later), Verdict::Drop(Reason::kCookieWrong));
  later.options.timestamps->second -= 1000000;
  EXPECT_EQ(harness.Feed(Side::kOutside, later), Verdict::Refuse(Reason::kCookieWrong))
      << "a flow that has expired here must be ended there";
  harness.Take(Side::kOutside);
  dialogue.Validate("first");
}

// A FIN behind lost data comes again with it; a bare ACK would not.
TEST_F(WrongCookie, FinOfALostHandshakeIsNotReset) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  Dialogue dialogue(harness);
  dialogue.Open();
  TcpFrame fin = dialogue.FromClient(kF | kA, 1449, 1);
  fin.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(harness.Feed(Side::kOutside, fin), Verdict::Drop(Reason::kCookieWrong));
  fin.flags = kA;
  EXPECT_EQ(harness.Feed(Side::kOutside, fin), Verdict::Refuse(Reason::kCookieWrong));
  harness.Take(Side::kOutside);
  dialogue.Validate("first");
}

TEST_F(WrongCookie, DamagedAckSpendsNothing) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
  Dialogue dialogue(harness);
  dialogue.Open();
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue.tsval_p;
  Bytes frame = ack.Build();
  frame[TcpOffset(ack) + 16] ^= 1;
  EXPECT_EQ(harness.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kBadTcpChecksum));
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
  dialogue.Validate();
}

// Rule 4: the echoed time stamp must be recent, even if MAC and epoch bit fit.
TEST_F(WrongCookie, OldEchoIsExpired) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
  Dialogue dialogue(harness);
  dialogue.Open();
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue.tsval_p - 64000 - 192;
  EXPECT_EQ(harness.Feed(Side::kOutside, ack), Verdict::Drop(Reason::kCookieExpired));
}

TEST_F(WrongCookie, CookieDiesAfterItsEpochs) {
  for (const bool timestamps : {false, true}) {
    ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
    DialogueSetup setup;
    setup.client = timestamps ? LinuxOptions() : WindowsOptions();
    Dialogue dialogue(harness, setup);
    dialogue.Open();
    harness.Advance(Seconds(65));
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    if (timestamps) ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(harness.Feed(Side::kOutside, ack).kind, Verdict::Kind::kDrop);
    EXPECT_EQ(harness.proxy().flow_count(), 0u);
  }
}

TEST_F(WrongCookie, CookieOfAnotherVlanIsWrong) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
  DialogueSetup setup;
  setup.tags = {100};
  Dialogue dialogue(harness, setup);
  dialogue.Open();
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue.tsval_p;
  ack.tags = {101};
  EXPECT_EQ(harness.Feed(Side::kOutside, ack), Verdict::Drop(Reason::kCookieWrong));
}

// Rule 6: a second MAC is within a budget; beyond it a probe form is wrong.
TEST_F(WrongCookie, ProbeBudgetBoundsTheSecondMac) {
  Config config = With(ServiceConfig::WrongCookie::kDrop);
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Open();
  TcpFrame probe = dialogue.FromClient(kA, 0, 1);
  probe.options.timestamps->second = dialogue.tsval_p;
  const TcpFrame stray = Stray(dialogue);
  for (int i = 0; i < 400; ++i) {
    harness.FeedBurst(Side::kOutside, std::vector<Bytes>(kMaxBurst, stray.Build()));
  }
  EXPECT_EQ(harness.Feed(Side::kOutside, probe), Verdict::Drop(Reason::kCookieWrong));
  harness.Advance(Seconds(1));
  EXPECT_EQ(harness.Feed(Side::kOutside, probe), Verdict::Consumed());
}

}  // namespace
}  // namespace synsplice::test
