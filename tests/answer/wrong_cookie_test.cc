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

TEST_F(WrongCookie, IsSilentOnlyAtTheServiceThatIsFlooded) {
  Config config = With(ServiceConfig::WrongCookie::kAuto);
  config.services.push_back(config.services[0]);
  config.services[1].name = "other";
  for (Endpoint& endpoint : config.services[1].listen) ++endpoint.port;
  for (const bool second : {false, true}) {
    ProxyHarness harness(config);
    Dialogue flooded(harness), other(harness);
    ++(second ? flooded : other).listener.port;
    for (int i = 0; i < 10; ++i) (void)harness.Feed(Side::kOutside, flooded.Syn());
    EXPECT_EQ(harness.Feed(Side::kOutside, Stray(flooded)), Verdict::Drop(Reason::kCookieWrong));
    EXPECT_EQ(harness.Feed(Side::kOutside, Stray(other)), Verdict::Refuse(Reason::kCookieWrong));
  }
}

// Rule 30, whatever carries the segment; a RST is never answered.
TEST_F(WrongCookie, AnswersGoBackTheWayTheyCame) {
  for (const bool v6 : {false, true}) {
    for (const std::vector<uint16_t>& tags :
         {std::vector<uint16_t>{}, {0x6123}, {0x0064, 0x00c8}}) {
      ProxyHarness harness(With(ServiceConfig::WrongCookie::kReset));
      DialogueSetup setup;
      setup.v6 = v6;
      setup.tags = tags;
      Dialogue dialogue(harness, setup);
      TcpFrame stray = Stray(dialogue);
      EXPECT_EQ(harness.Feed(Side::kOutside, stray), Verdict::Refuse(Reason::kCookieWrong));
      TcpFrame reset = dialogue.ResetToClient(0);
      reset.flags = kR;
      reset.seq = stray.ack;
      reset.ack = 0;
      EXPECT_EQ(harness.TakeOne(Side::kOutside), reset);
      for (const int flags : {+kR, kR | kA}) {
        stray.flags = static_cast<uint8_t>(flags);
        EXPECT_EQ(harness.Feed(Side::kOutside, stray), Verdict::Drop(Reason::kRstWithoutFlow));
      }
      EXPECT_TRUE(harness.IsQuiet());
    }
  }
}

TEST_F(WrongCookie, ConfiguredAnswers) {
  ProxyHarness resets(With(ServiceConfig::WrongCookie::kReset));
  Dialogue dialogue(resets);
  for (int i = 0; i < 20; ++i) (void)resets.Feed(Side::kOutside, dialogue.Syn());
  EXPECT_EQ(resets.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
  ProxyHarness drops(With(ServiceConfig::WrongCookie::kDrop));
  EXPECT_EQ(drops.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
}

// Each prefix has a budget of its own: what is left of a common one would tell who counts his own
// RSTs whether another's forged ACK has met a flow (it takes no RST) or not.
TEST_F(WrongCookie, ResetsAreRateLimitedForEachPrefix) {
  Config config = With(ServiceConfig::WrongCookie::kReset);
  config.handshake.wrong_cookie_resets_per_second = 3;
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
  }
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
  TcpFrame of_another = Stray(dialogue);
  of_another.source = *ParseEndpoint("198.18.1.12:40000");
  EXPECT_EQ(harness.Feed(Side::kOutside, of_another), Verdict::Refuse(Reason::kCookieWrong));
  harness.Advance(Seconds(1));
  EXPECT_EQ(harness.Feed(Side::kOutside, Stray(dialogue)), Verdict::Refuse(Reason::kCookieWrong));
}

// A connection of the process before this one: nothing that it retransmits can open it here.
TEST_F(WrongCookie, EchoFromBeforeTheStartIsResetAtOnce) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  Dialogue dialogue(harness);
  TcpFrame data = dialogue.FromClient(kP | kA, 1449, 1, "spoken to a minute ago");
  const auto started = static_cast<uint32_t>(ToMilliseconds(harness.now()));
  data.options.timestamps->second = started - 65;
  EXPECT_EQ(harness.Feed(Side::kOutside, data), Verdict::Refuse(Reason::kCookieWrong));
  data.options.timestamps->second = started - 64;
  EXPECT_EQ(harness.Feed(Side::kOutside, data), Verdict::Drop(Reason::kCookieWrong))
      << "the first SYN-ACK may have been rounded down so far";
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

// Without timestamps a cookie that was just sent to the prefix must do.
TEST_F(WrongCookie, LaterDataWithoutTimestampsIsNotResetAtOnce) {
  ProxyHarness harness(With(ServiceConfig::WrongCookie::kAuto));
  DialogueSetup setup;
  setup.client = WindowsOptions();
  Dialogue dialogue(harness, setup);
  const TcpFrame expired = dialogue.FromClient(kP | kA, 1449, 1, "data");
  EXPECT_EQ(harness.Feed(Side::kOutside, expired), Verdict::Refuse(Reason::kCookieWrong));
  harness.Take(Side::kOutside);
  dialogue.Open();
  const TcpFrame later = dialogue.FromClient(kP | kA, 1449, 1, "second");
  harness.Advance(Seconds(4));
  EXPECT_EQ(harness.Feed(Side::kOutside, later), Verdict::Drop(Reason::kCookieWrong));
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.FromClient(kA, 1449, 1)),
            Verdict::Refuse(Reason::kCookieWrong))
      << "no data is lost";
  harness.Advance(Seconds(1));
  EXPECT_EQ(harness.Feed(Side::kOutside, later), Verdict::Refuse(Reason::kCookieWrong))
      << "a flow that has expired here must be ended there";
  harness.Take(Side::kOutside);
  dialogue.Validate("first");
}

// Rule 32: from one cookie life after the start on, and answered by rule 7.
TEST_F(WrongCookie, NeverSentNeedsNoMac) {
  for (const auto answer :
       {ServiceConfig::WrongCookie::kReset, ServiceConfig::WrongCookie::kDrop}) {
    ProxyHarness harness(With(answer));
    Dialogue dialogue(harness);
    const TcpFrame stray = Stray(dialogue);
    harness.Advance(Milliseconds(63999));
    EXPECT_EQ(harness.Feed(Side::kOutside, stray).reason, Reason::kCookieWrong)
        << "a cookie from before the start could come back";
    harness.Advance(Milliseconds(1));
    const bool resets = answer == ServiceConfig::WrongCookie::kReset;
    EXPECT_EQ(harness.Feed(Side::kOutside, stray), resets
                                                       ? Verdict::Refuse(Reason::kCookieNeverSent)
                                                       : Verdict::Drop(Reason::kCookieNeverSent));
    harness.Take(Side::kOutside);
    dialogue.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, stray).reason, Reason::kCookieWrong);
    harness.Take(Side::kOutside);
    dialogue.Validate();
  }
}

TEST_F(WrongCookie, SentCookiesAreKnownForTheirWholeLife) {
  for (const bool v6 : {false, true}) {
    ProxyHarness harness(With(ServiceConfig::WrongCookie::kDrop));
    harness.Advance(Seconds(70));
    // An epoch's first millisecond: its cookies live for two whole ones.
    harness.Advance(Milliseconds(32000 - ToMilliseconds(harness.now()) % 32000));
    DialogueSetup setup;
    setup.v6 = v6;
    setup.client = WindowsOptions();
    Dialogue dialogue(harness, setup);
    dialogue.Open();
    harness.Advance(Milliseconds(63999));
    dialogue.Validate();
  }
}

TEST_F(WrongCookie, SharedSecretAlwaysCostsTheMac) {
  Config config = With(ServiceConfig::WrongCookie::kDrop);
  ProxyHarness sender(config);
  config.cookie.shared_secret = true;
  ProxyHarness receiver(config);
  sender.Advance(Seconds(100));
  receiver.Advance(Seconds(100));
  Dialogue dialogue(sender);
  EXPECT_EQ(receiver.Feed(Side::kOutside, Stray(dialogue)), Verdict::Drop(Reason::kCookieWrong));
  dialogue.Open();
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(receiver.Feed(Side::kOutside, ack), Verdict::Consumed());
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
