// Rule 16: what SYN-ACKs promise is learned from the backends and changes at the turn of an epoch.
#include "state/promises.h"

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr Offer kFirst{1460, 7, true, true, false};
constexpr Offer kAsked{1448, 7, true, true, true};
constexpr Offer kAnswer{1400, 9, true, true, true};
constexpr Offer kNothing{1460, kNoScale, false, false, false};  // a SYN cookie of the backend's own

// Two backends for each family, which are 1, 2 (IPv4) and 3, 4.
Policy TwoBackends() {
  Config config = TransparentConfig();
  for (const char* backend :
       {"198.18.0.11:80", "198.18.0.12:80", "[2001:db8::11]:80", "[2001:db8::12]:80"}) {
    config.services[0].backends.push_back({*ParseEndpoint(backend), kBackendMac});
  }
  return Policy(config);
}

class PromisesTest : public ::testing::Test {
 protected:
  void Teach(BackendId backend, const Offer& answer, int times = 3, const Offer& asked = kAsked) {
    for (int i = 0; i < times; ++i) promises_.Learn(backend, asked, answer, now_);
  }
  Offer AfterTurn(ListenerId listener = 1) {
    bit_ = !bit_;
    promises_.Turn(bit_, now_);
    return promises_.Current(listener);
  }

  Policy policy_{TwoBackends()};
  Promises promises_{policy_};
  Time now_ = kStart;
  bool bit_ = false;
};

TEST_F(PromisesTest, BeforeAnythingIsKnown) {
  EXPECT_EQ(promises_.Current(1), kFirst);
  EXPECT_EQ(promises_.Current(2), (Offer{1440, 7, true, true, false}));
  EXPECT_EQ(AfterTurn(), kFirst);
}

TEST_F(PromisesTest, ThirdAnswerInARowCountsFromTheTurnOn) {
  Teach(1, kAnswer, 2), Teach(2, kAnswer, 2);
  EXPECT_EQ(AfterTurn(), kFirst);
  Teach(1, kAnswer, 1), Teach(2, kAnswer, 1);
  EXPECT_EQ(promises_.Current(1), kFirst);
  EXPECT_EQ(AfterTurn(), kAnswer);
  EXPECT_EQ(promises_.Of(1, !bit_), kFirst) << "what a cookie of the epoch before stands for";
}

TEST_F(PromisesTest, OneDivergentAnswerIsNotLearned) {
  Teach(1, kAnswer), Teach(2, kAnswer);
  Teach(1, {536, kNoScale, true, true, false}, 2);
  EXPECT_EQ(AfterTurn(), kAnswer);
  Teach(1, kAnswer, 1);
  Teach(1, {536, kNoScale, true, true, false}, 2);
  EXPECT_EQ(AfterTurn(), kAnswer);
}

TEST_F(PromisesTest, WhatAllBackendsKeep) {
  Teach(1, {1400, 5, true, false, true});
  EXPECT_EQ(AfterTurn(), (Offer{1400, 5, true, false, false})) << "the other one is not known";
  Teach(2, {1200, 9, false, true, true});
  EXPECT_EQ(AfterTurn(), (Offer{1200, 9, false, false, true}));
  Teach(2, {1200, kNoScale, true, true, true});
  EXPECT_EQ(AfterTurn(), (Offer{1200, kNoScale, true, false, true}));
  EXPECT_EQ(promises_.Current(2), (Offer{1440, 7, true, true, false})) << "IPv6 has its own";
}

TEST_F(PromisesTest, WhatWasNotAskedForIsNotLearned) {
  const Offer asked{1448, kNoScale, false, false, false};
  Teach(1, {1400, kNoScale, false, false, false}, 3, asked);
  Teach(2, {1400, kNoScale, false, false, false}, 3, asked);
  EXPECT_EQ(AfterTurn(), (Offer{1400, 7, true, true, false}));
  EXPECT_FALSE(promises_.HasTimestamps(1));
}

TEST_F(PromisesTest, WhatIsNotSeenAnyMoreIsForgotten) {
  Teach(1, kAnswer), Teach(2, kAnswer);
  now_ += kForgetAfter - Seconds(1);
  EXPECT_EQ(AfterTurn(), kAnswer);
  now_ += Seconds(1);
  EXPECT_EQ(AfterTurn(), kFirst);
}

// Without the promise nobody asks. A backend that was in SYN-cookie mode for a moment has its
// options again; one that has none is asked ever more rarely.
TEST_F(PromisesTest, MissingOptionsAreOfferedAgainWithinSeconds) {
  Seconds doubt = Learned<bool>::kFirstDoubt;
  for (int i = 0; i < 12; ++i) {
    Teach(1, kNothing);
    now_ += doubt - Seconds(1);
    EXPECT_EQ(AfterTurn(), (Offer{1460, kNoScale, false, false, false})) << i;
    now_ += Seconds(1);
    EXPECT_EQ(AfterTurn(), (Offer{1460, 7, true, true, false})) << i;
    doubt = std::min(2 * doubt, kForgetAfter);
  }
  Teach(1, kAnswer);
  Teach(1, kNothing);
  now_ += Learned<bool>::kFirstDoubt;
  EXPECT_TRUE(AfterTurn().sack) << "it had them again: a new doubt is a short one";
}

// One client makes the server believe in a small path to it.
TEST_F(PromisesTest, SmallMssOfOneClientIsNotEverybodys) {
  Teach(1, kAnswer), Teach(2, kAnswer);
  Teach(1, {512, 9, true, true, true}, 1000);
  EXPECT_EQ(AfterTurn(), kAnswer);
  now_ += LargestMss::kPeriod;
  Teach(1, {512, 9, true, true, true}, 1000), Teach(2, kAnswer);
  EXPECT_EQ(AfterTurn(), kAnswer) << "the half hour before counts";
  now_ += LargestMss::kPeriod;
  Teach(1, {512, 9, true, true, true}, 1000), Teach(2, kAnswer);
  EXPECT_EQ(AfterTurn().mss, 536) << "nobody else was there: what every host takes at least";
}

TEST_F(PromisesTest, LargerMssCountsAtOnce) {
  Teach(1, {1300, 9, true, true, true}), Teach(2, {1460, 9, true, true, true});
  EXPECT_EQ(AfterTurn().mss, 1300);
  Teach(1, {1400, 9, true, true, true}, 1);
  EXPECT_EQ(AfterTurn().mss, 1400);
}

TEST_F(PromisesTest, LowestMssOfEachFamily) {
  Teach(1, {1, 9, true, true, true}), Teach(3, {1, 9, true, true, true});
  EXPECT_EQ(AfterTurn(1).mss, 536);
  EXPECT_EQ(AfterTurn(2).mss, 1220);
}

TEST_F(PromisesTest, LatestAnswerTellsAboutTimestamps) {
  Teach(1, {1400, 7, true, true, false}, 1);
  EXPECT_TRUE(promises_.HasTimestamps(1));
  Teach(1, {1300, 7, true, false, false}, 1);
  EXPECT_FALSE(promises_.HasTimestamps(1));
}

TEST(ConfiguredPromise, StaysWhateverBackendsOffer) {
  Config config = TransparentConfig();
  config.services[0].promise = {1300, 1220, kNoScale, false, true, true};
  const Policy policy(config);
  Promises promises(policy);
  for (int i = 0; i < 3; ++i) promises.Learn(1, kAsked, {1400, 9, true, false, false}, kStart);
  EXPECT_EQ(promises.Turn(true, kStart), 0u);
  EXPECT_EQ(promises.Current(1), (Offer{1300, kNoScale, false, true, true}));
  EXPECT_EQ(promises.Current(2), (Offer{1220, kNoScale, false, true, true}));
}

// Another appliance could not verify the cookies of a promise that this one has learned.
TEST(SharedSecret, NothingIsPromisedThatOthersHaveNotLearned) {
  Config config = TransparentConfig();
  config.cookie.shared_secret = true;
  config.services[0].promise.sack = false;
  const Policy policy(config);
  Promises promises(policy);
  for (int i = 0; i < 3; ++i) promises.Learn(1, kAsked, {1300, 9, false, true, true}, kStart);
  EXPECT_EQ(promises.Turn(true, kStart), 0u);
  EXPECT_EQ(promises.Current(1), (Offer{1460, 7, false, true, false}));
  EXPECT_TRUE(promises.HasTimestamps(1));
}

class LearnedPromise : public DialogueTest {
 protected:
  static DialogueSetup Setup(uint16_t port) {
    DialogueSetup setup;
    setup.client_port = port;
    setup.server.mss = 1400;
    setup.server.scale = 9;
    return setup;
  }
  void TeachThreeTimes() {
    for (uint16_t port = 1000; port < 1003; ++port) {
      Dialogue dialogue(harness_, Setup(port));
      // The first answer has shown that there are time stamps.
      if (port != 1000) dialogue.backend_syn_mss = 1460;
      dialogue.Splice();
      harness_.Take(Side::kInside);
    }
  }
  void PassTurn() {
    harness_.Advance(Milliseconds(TransparentConfig().cookie.epoch));
    harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
  }
  TcpFrame SynAck(const Dialogue& dialogue) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.Syn()), Verdict::Bounce());
    return harness_.TakeOne(Side::kOutside);
  }

  ProxyHarness harness_{TransparentConfig()};
};

TEST_F(LearnedPromise, SynAckFollowsTheBackendAtTheTurn) {
  TeachThreeTimes();
  Dialogue before(harness_, Setup(2000));
  EXPECT_EQ(SynAck(before).options.scale, 7);
  PassTurn();
  const TcpFrame after = SynAck(Dialogue(harness_, Setup(2001)));
  EXPECT_EQ(after.options.scale, 9);
  EXPECT_EQ(after.options.mss, 1400);
  EXPECT_EQ(after.window, 4 * 1400);
  EXPECT_EQ(harness_.Count(Event::kPromisesChanged), 1u);
}

// The client was told 7, the server says 9: windows of this connection are re-scaled, those of one
// that was told 9 are not.
TEST_F(LearnedPromise, CookieOfTheEpochBeforeKeepsItsPromise) {
  TeachThreeTimes();
  Dialogue told_seven(harness_, Setup(2000));
  told_seven.backend_syn_mss = 1460;
  told_seven.Open();
  PassTurn();
  told_seven.Validate();
  told_seven.Answer();
  EXPECT_EQ(harness_.FlowOf(Side::kOutside, told_seven.FromClient(kA, 1, 1))->promised_scale, 7);
  Dialogue told_nine(harness_, Setup(2001));
  const TcpFrame syn_ack = SynAck(told_nine);
  told_nine.isn_p = syn_ack.seq;
  told_nine.tsval_p = syn_ack.options.timestamps->first;
  told_nine.backend_syn_mss = 1400;
  told_nine.Validate();
  EXPECT_EQ(harness_.FlowOf(Side::kOutside, told_nine.FromClient(kA, 1, 1))->promised_scale, 9);
}

// It was told 1460, the server takes 1400: also when 1400 is what new clients are told.
TEST_F(LearnedPromise, LongSegmentsOfAnEarlierPromiseAreAnswered) {
  TeachThreeTimes();
  Dialogue told_more(harness_, Setup(2000));
  told_more.backend_syn_mss = 1460;
  told_more.Splice();
  PassTurn();
  const TcpFrame data = told_more.FromClient(kA, 1, 1, std::string(1448, 'x'));
  EXPECT_EQ(harness_.Feed(Side::kOutside, data), Verdict::Bounce());
  EXPECT_EQ(harness_.Count(Event::kTooBigSent), 1u);
}

}  // namespace
}  // namespace synsplice::test
