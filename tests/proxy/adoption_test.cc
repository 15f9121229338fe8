// A policy follows another while connections live.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

const Endpoint kOther = *ParseEndpoint("198.18.0.30:80");
const Endpoint kOtherBackend = *ParseEndpoint("198.18.0.31:8080");

ServiceConfig OtherService() {
  ServiceConfig service;
  service.name = "other";
  service.listen = {kOther};
  return service;
}

Config With(Config config, ServiceConfig service) {
  config.services.push_back(std::move(service));
  return config;
}

Config OnlyOther() { return With({}, OtherService()); }

class AdoptionTest : public DialogueTest {
 protected:
  Dialogue Client(uint16_t port) {
    DialogueSetup setup;
    setup.client_port = port;
    return Dialogue(harness_, setup);
  }
  // Whose backend is known to have timestamps.
  Dialogue Later(uint16_t port) {
    Dialogue dialogue = Client(port);
    dialogue.backend_syn_mss = 1460;
    return dialogue;
  }
  void Passes(Side side, const TcpFrame& frame) {
    EXPECT_EQ(harness_.Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>{frame.Build()});
  }
  static TcpFrame To(const Dialogue& dialogue, const Endpoint& listener) {
    TcpFrame syn = dialogue.Syn();
    syn.destination = listener;
    return syn;
  }

  ProxyHarness harness_{TransparentConfig()};
};

TEST_F(AdoptionTest, ConnectionsAndHandshakesGoOn) {
  Dialogue spliced = Client(40000), waiting = Later(40001), cookie = Later(40002);
  spliced.Splice();
  waiting.Open(), waiting.Validate("early");
  cookie.Open();
  harness_.Adopt(With(TransparentConfig(), OtherService()));
  spliced.ClientSays(kA, 1, 1, "request");
  spliced.ServerSays(kA, 1, 8, "answer");
  EXPECT_EQ(waiting.phase(), Phase::kWaiting);
  cookie.Validate();
  cookie.Answer();
}

TEST_F(AdoptionTest, ANewListenerAnswersAtOnce) {
  Dialogue dialogue(harness_);
  Passes(Side::kOutside, To(dialogue, kOther));
  harness_.Adopt(With(TransparentConfig(), OtherService()));
  EXPECT_EQ(harness_.Feed(Side::kOutside, To(dialogue, kOther)), Verdict::Bounce());
  const TcpFrame cookie = harness_.TakeOne(Side::kOutside);
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.destination = kOther;
  ack.ack = cookie.seq + 1;
  ack.options.timestamps->second = cookie.options.timestamps->first;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Consumed());
  EXPECT_EQ(harness_.TakeOne(Side::kInside).destination, kOther);
  EXPECT_EQ(harness_.proxy().service_counters()[1].Get(ServiceEvent::kCookiesValid), 1u);
}

// What a start with the new configuration would do with it, but for the flows.
TEST_F(AdoptionTest, OfARemovedServiceOnlyItsFlowsAreOurs) {
  Dialogue spliced = Client(40000), later = Client(40001), cookie = Client(40002);
  spliced.Splice();
  cookie.Open();
  harness_.Adopt(OnlyOther());
  spliced.ClientSays(kA, 1, 1, "request");
  spliced.ServerSays(kA, 1, 8, "answer");
  Passes(Side::kOutside, later.Syn());
  Passes(Side::kInside, later.ServerSynAck());
  Passes(Side::kOutside, cookie.FromClient(kA, 1, 1, "of a cookie that came too late"));
  TcpFrame broken = later.FromClient(kA, 1, 1);
  broken.flags = kS | kF;
  Passes(Side::kOutside, broken);
}

TEST_F(AdoptionTest, AConnectionInThePlaceOfAnEndedOnePassesByARemovedService) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  dialogue.CloseBoth();
  harness_.Adopt(OnlyOther());
  ASSERT_EQ(dialogue.phase(), Phase::kTimeWait);
  Passes(Side::kOutside, dialogue.Syn());
  EXPECT_EQ(dialogue.phase(), std::nullopt);
  Passes(Side::kInside, dialogue.ServerSynAck());
}

TEST_F(AdoptionTest, AServiceThatComesBackHasItsConnections) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Adopt(OnlyOther());
  harness_.Adopt(With(TransparentConfig(), OtherService()));
  dialogue.ClientSays(kA, 1, 1, "request");
  Later(40001).Splice();
}

TEST_F(AdoptionTest, AHandshakeOfARemovedServiceEnds) {
  Dialogue dialogue(harness_);
  dialogue.Open(), dialogue.Validate();
  harness_.Adopt(OnlyOther());
  dialogue.Answer();
  dialogue.ClientSays(kA, 1, 1, "request");
}

TEST_F(AdoptionTest, ASilentBackendOfARemovedServiceIsGivenUp) {
  Dialogue dialogue(harness_);
  dialogue.Open(), dialogue.Validate();
  harness_.Adopt(OnlyOther());
  harness_.Advance(Seconds(20));
  EXPECT_EQ(dialogue.phase(), Phase::kRefused);
}

TEST_F(AdoptionTest, ConnlimitHoldsForWhoComesLater) {
  Config strict = TransparentConfig();
  strict.services[0].connlimit.above = 1;
  Dialogue before = Client(40000), first = Later(40001), second = Later(40002);
  before.Splice();
  harness_.Adopt(strict);
  first.Splice();
  second.Open();
  TcpFrame ack = second.FromClient(kA, 1, 1);
  ack.options.timestamps->second = second.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack).reason, Reason::kConnlimit);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kR);
  harness_.Adopt(TransparentConfig());
  Later(40003).Splice();
}

TEST_F(AdoptionTest, APromiseChangesWithTheEpoch) {
  Config other = TransparentConfig();
  other.services[0].promise.mss = 1000;
  harness_.Adopt(other);
  const auto promised = [&] {
    EXPECT_EQ(harness_.Feed(Side::kOutside, Client(40001).Syn()), Verdict::Bounce());
    return harness_.TakeOne(Side::kOutside).options.mss;
  };
  EXPECT_EQ(promised(), 1460);
  harness_.Advance(2 * CookieConfig().epoch);
  EXPECT_EQ(promised(), 1000);
}

// Most of the next epoch is decided by then.
TEST_F(AdoptionTest, APromiseChangesInTheLastMomentOfAnEpoch) {
  const Milliseconds epoch = CookieConfig().epoch;
  const Milliseconds passed = harness_.now().time_since_epoch() % epoch;
  harness_.Advance(epoch - passed - Milliseconds(50));
  Config other = TransparentConfig();
  other.services[0].promise.mss = 1000;
  harness_.Adopt(other);
  harness_.Advance(Milliseconds(100));
  EXPECT_EQ(harness_.Feed(Side::kOutside, Client(40001).Syn()), Verdict::Bounce());
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).options.mss, 1000);
}

TEST_F(AdoptionTest, CookiesOfTheOldSecretLiveOn) {
  Config other = TransparentConfig();
  other.cookie.secret = {77, 78};
  Dialogue before = Client(40000), between = Later(40001);
  before.Open();
  harness_.Adopt(other);
  before.Validate();
  before.Answer();
  between.Open();
  harness_.Advance(CookieConfig().epoch);
  between.Validate();
  between.Answer();
  Later(40002).Splice();
}

TEST(Adoption, ARemovedBackendGetsNobodyNew) {
  Config both = NatConfig();
  both.services[0].backends.push_back({kOtherBackend, kBackendMac});
  ProxyHarness harness(both);
  const auto backend_of = [&](uint16_t port) {
    DialogueSetup setup;
    setup.nat = true;
    setup.client_port = port;
    Dialogue dialogue(harness, setup);
    dialogue.client.address = Address::V4(0xc6120100u + port);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(harness.Feed(Side::kOutside, ack), Verdict::Consumed());
    return harness.TakeOne(Side::kInside).destination;
  };
  size_t to_other = 0;
  for (uint16_t port = 1; port <= 32; ++port) to_other += backend_of(port) == kOtherBackend;
  EXPECT_GT(to_other, 4u);
  harness.Adopt(NatConfig());
  for (uint16_t port = 101; port <= 132; ++port) EXPECT_NE(backend_of(port), kOtherBackend);
}

// Room for them was taken before.
TEST_F(AdoptionTest, ManyPolicies) {
  harness_.proxy().Reserve();
  Dialogue dialogue(harness_);
  dialogue.Splice();
  const auto* before = harness_.proxy().service_counters().data();
  for (int i = 0; i < 100; ++i) {
    Config config = With(TransparentConfig(), OtherService());
    config.services[1].listen[0].port = static_cast<uint16_t>(1000 + i % 50);
    harness_.Adopt(config);
    dialogue.ClientSays(kA, 1, 1);
    harness_.Advance(Milliseconds(700));
  }
  EXPECT_EQ(harness_.proxy().service_counters().data(), before);
}

}  // namespace
}  // namespace synsplice::test
