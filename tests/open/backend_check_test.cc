// Rule 14, checks of backends: what is asked, what counts as an answer, and what follows.
#include "support/dialogue.h"
#include "support/neighbour_frame.h"

namespace synsplice::test {
namespace {

const Address kSource = *ParseAddress("198.18.0.250"), kSource6 = *ParseAddress("2001:db8::250");
const Endpoint kFirst = *ParseEndpoint("198.18.0.11:8080"),
               kOther = *ParseEndpoint("198.18.0.31:8080");
const Endpoint kFirst6 = *ParseEndpoint("[2001:db8::11]:8080");

// IPv4 only, two backends whose MAC is known. A check a second; two take it down, two up.
Config Checked() {
  Config config = NatConfig();
  ServiceConfig& service = config.services[0];
  service.listen.pop_back();
  service.backends = {{kFirst, kBackendMac}, {kOther, kBackendMac}};
  service.health.source_v4 = kSource;
  service.health.interval = Seconds(1);
  service.health.timeout = Milliseconds(500);
  service.health.rise = service.health.fall = 2;
  return config;
}

Config OneBackend() {
  Config config = Checked();
  config.services[0].backends.pop_back();
  return config;
}

DialogueSetup Nat(uint16_t port = 40000) {
  DialogueSetup setup;
  setup.nat = true;
  setup.client_port = port;
  return setup;
}

TcpFrame AnswerTo(const TcpFrame& syn, uint8_t flags) {
  TcpFrame answer;
  answer.source_mac = syn.destination_mac, answer.destination_mac = syn.source_mac;
  answer.tags = syn.tags;
  answer.source = syn.destination, answer.destination = syn.source;
  answer.seq = 5000, answer.ack = syn.seq + 1;
  answer.flags = flags;
  answer.window = 64000;
  return answer;
}

class BackendCheck : public DialogueTest {
 protected:
  template <typename Frame>
  static void Send(ProxyHarness& harness, const Frame& frame) {
    EXPECT_NE(harness.Feed(Side::kInside, frame), Verdict::Forward());
  }
  // The next check of `backend`; those of others are left without an answer.
  TcpFrame NextCheck(ProxyHarness& harness, const Endpoint& backend) {
    for (int ms = 0; ms < 2500; ++ms) {
      for (const Bytes& bytes : harness.Take(Side::kInside)) {
        const auto frame = ReadTcpFrame(bytes);
        if (frame && frame->destination == backend && frame->flags == kS) return *frame;
      }
      harness.Advance(Milliseconds(1));
    }
    ADD_FAILURE() << "no check of " << ToString(backend);
    return {};
  }
  // So many checks, each answered with `flags`; none with 0.
  void Play(ProxyHarness& harness, const Endpoint& backend, uint8_t flags, int count) {
    for (int i = 0; i < count; ++i) {
      const TcpFrame syn = NextCheck(harness, backend);
      if (flags != 0) Send(harness, AnswerTo(syn, flags));
      harness.Advance(flags != 0 ? Milliseconds(2) : Milliseconds(501));
    }
  }
  bool IsDown(ProxyHarness& harness, BackendId id) {
    return harness.shared().checks.Of(id).down.load();
  }
  uint64_t Results(ProxyHarness& harness, BackendId id, CheckResult result) {
    return harness.shared().checks.Of(id).counts[static_cast<size_t>(result)].Get();
  }
  // Both are up all the time but for `backend`, which answers with `flags`.
  void PlayBoth(ProxyHarness& harness, const Endpoint& backend, uint8_t flags, int seconds) {
    for (int ms = 0; ms < seconds * 1000; ++ms) {
      for (const Bytes& bytes : harness.Take(Side::kInside)) {
        const auto syn = ReadTcpFrame(bytes);
        if (!syn || syn->flags != kS || syn->source.address != kSource) continue;
        const uint8_t answer = syn->destination == backend ? flags : kS | kA;
        if (answer != 0) Send(harness, AnswerTo(*syn, answer));
      }
      harness.Take(Side::kInside);
      harness.Advance(Milliseconds(1));
    }
  }
  // The backends of so many clients from `first` on: how many get `backend`.
  size_t Share(ProxyHarness& harness, uint32_t first, uint32_t count, const Endpoint& backend) {
    size_t share = 0;
    for (uint32_t number = first; number < first + count; ++number) {
      Dialogue dialogue(harness, Nat());
      dialogue.client.address = Address::V4(0xc6120700u + number * 256);
      dialogue.Open();
      TcpFrame ack = dialogue.FromClient(kA, 1, 1);
      ack.options.timestamps->second = dialogue.tsval_p;
      EXPECT_EQ(harness.Feed(Side::kOutside, ack), Verdict::Consumed());
      share += harness.TakeOne(Side::kInside).destination == backend;
      // Who has gone waits for nobody, and nobody is down for it.
      EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.FromClient(kR, 1, 0)), Verdict::Consumed());
    }
    return share;
  }
};

TEST_F(BackendCheck, ASynFromTheSourceAndAResetForItsSynAck) {
  ProxyHarness harness(OneBackend());
  const TcpFrame syn = NextCheck(harness, kFirst);
  EXPECT_EQ(syn.source_mac, kInsideMac);
  EXPECT_EQ(syn.destination_mac, kBackendMac);
  EXPECT_EQ(syn.source.address, kSource);
  EXPECT_GE(syn.source.port, 32768);
  EXPECT_EQ(syn.options.mss, 1460);
  EXPECT_EQ(harness.Feed(Side::kInside, AnswerTo(syn, kS | kA)).kind, Verdict::Kind::kBounce);
  const TcpFrame reset = harness.TakeOne(Side::kInside);
  EXPECT_EQ(reset.flags, kR);
  EXPECT_EQ(reset.seq, syn.seq + 1);
  EXPECT_EQ(reset.source, syn.source);
  harness.Advance(Milliseconds(2));
  EXPECT_EQ(Results(harness, 1, CheckResult::kAnswered), 1u);
  EXPECT_EQ(harness.Count(Event::kBackendChecks), 1u);
  const TcpFrame next = NextCheck(harness, kFirst);
  EXPECT_NE(next.seq, syn.seq);
  EXPECT_NE(next.source.port, syn.source.port);
}

TEST_F(BackendCheck, AnAnswerThatComesAgainIsResetAgainAndCountsOnce) {
  ProxyHarness harness(OneBackend());
  const TcpFrame syn = NextCheck(harness, kFirst);
  for (int i = 0; i < 2; ++i) {
    Send(harness, AnswerTo(syn, kS | kA));
    EXPECT_EQ(harness.TakeOne(Side::kInside).flags, kR);
    harness.Advance(Milliseconds(2));
  }
  EXPECT_EQ(Results(harness, 1, CheckResult::kAnswered), 1u);
}

TEST_F(BackendCheck, SilenceAndRefusalTakeItDownAnswersUp) {
  for (const uint8_t flags : {uint8_t{0}, uint8_t{kR | kA}}) {
    ProxyHarness harness(OneBackend());
    Play(harness, kFirst, flags, 1);
    EXPECT_FALSE(IsDown(harness, 1));
    Play(harness, kFirst, flags, 1);
    EXPECT_TRUE(IsDown(harness, 1));
    const CheckResult result = flags == 0 ? CheckResult::kSilent : CheckResult::kRefused;
    EXPECT_EQ(Results(harness, 1, result), 2u);
    Play(harness, kFirst, kS | kA, 1);
    EXPECT_TRUE(IsDown(harness, 1));
    Play(harness, kFirst, kS | kA, 1);
    EXPECT_FALSE(IsDown(harness, 1));
    harness.Take(Side::kInside);
  }
}

TEST_F(BackendCheck, ForgedAnswersSayNothing) {
  ProxyHarness harness(OneBackend());
  for (int check = 0; check < 2; ++check) {
    const TcpFrame syn = NextCheck(harness, kFirst);
    TcpFrame forged = AnswerTo(syn, kS | kA);
    forged.ack += 1;
    Send(harness, forged);
    forged = AnswerTo(syn, kS | kA);
    forged.destination.port ^= 1;
    Send(harness, forged);
    Send(harness, AnswerTo(syn, kA));
    Bytes damaged = AnswerTo(syn, kS | kA).Build();
    damaged.back() ^= 1;
    Send(harness, damaged);
    EXPECT_NE(harness.Feed(Side::kOutside, AnswerTo(syn, kS | kA)), Verdict::Consumed());
    harness.Advance(Milliseconds(501));
  }
  EXPECT_TRUE(IsDown(harness, 1));
  EXPECT_EQ(Results(harness, 1, CheckResult::kAnswered), 0u);
  harness.Take(Side::kOutside), harness.Take(Side::kInside);
}

TEST_F(BackendCheck, TheAnswerToTheCheckBeforeIsNone) {
  ProxyHarness harness(OneBackend());
  const TcpFrame syn = NextCheck(harness, kFirst);
  harness.Advance(Milliseconds(501));
  NextCheck(harness, kFirst);
  EXPECT_EQ(harness.Feed(Side::kInside, AnswerTo(syn, kS | kA)),
            Verdict::Refuse(Reason::kBackendWithoutFlow));
  harness.Advance(Milliseconds(501));
  EXPECT_TRUE(IsDown(harness, 1));
  harness.Take(Side::kInside);
}

TEST_F(BackendCheck, NobodyIsAskedThroughAPortThatIsDown) {
  ProxyHarness harness(OneBackend());
  NextCheck(harness, kFirst);
  harness.shared().inside_up = false;
  harness.Advance(Seconds(10));
  EXPECT_TRUE(harness.IsQuiet());
  EXPECT_EQ(Results(harness, 1, CheckResult::kSilent), 0u);
  harness.shared().inside_up = true;
  Play(harness, kFirst, kS | kA, 1);
  harness.Take(Side::kInside);
}

TEST_F(BackendCheck, WhatIsLateIsLeftOut) {
  ProxyHarness harness(OneBackend());
  const TcpFrame syn = NextCheck(harness, kFirst);
  const Time first = harness.now();
  Send(harness, AnswerTo(syn, kS | kA));
  harness.shared().inside_up = false;
  harness.Advance(std::chrono::hours(24));
  harness.shared().inside_up = true;
  NextCheck(harness, kFirst);
  harness.Take(Side::kInside);
  NextCheck(harness, kFirst);
  EXPECT_LE(harness.now() - first, std::chrono::hours(24) + Milliseconds(2500));
}

// Somebody must tell the backend's MAC, and ours to the backend.
TEST_F(BackendCheck, NeighboursAreAskedAndAnswered) {
  Config config = NatConfig();
  ServiceConfig& service = config.services[0];
  service.listen.erase(service.listen.begin());
  service.backends = {{kFirst6, std::nullopt}};
  service.health = Checked().services[0].health;
  service.health.source_v6 = kSource6;
  service.health.vlan = 7;
  ProxyHarness harness(config);
  std::optional<NeighbourFrame> request;
  for (int ms = 0; ms < 1100 && !request; ++ms) {
    harness.Advance(Milliseconds(1));
    for (const Bytes& bytes : harness.Take(Side::kInside)) request = ReadNeighbourFrame(bytes);
  }
  ASSERT_TRUE(request);
  EXPECT_EQ(request->asked, kFirst6.address);
  EXPECT_EQ(request->tags, std::vector<uint16_t>{7});
  NeighbourFrame answer{kBackendMac,     kInsideMac,  {7},      true,
                        kFirst6.address, kBackendMac, Address{}};
  answer.asked = *ParseAddress("ff02::1");
  Send(harness, answer.Build());
  const TcpFrame syn = NextCheck(harness, kFirst6);
  EXPECT_EQ(syn.tags, std::vector<uint16_t>{7});
  EXPECT_EQ(syn.destination_mac, kBackendMac);
  EXPECT_EQ(syn.source.address, kSource6);
  EXPECT_EQ(syn.options.mss, 1440);
  for (const uint16_t vlan : {7, 8}) {
    const NeighbourFrame asks{
        kBackendMac, {{0x33, 0x33, 0xff, 0, 2, 0x50}}, {vlan}, false, kFirst6.address, kBackendMac,
        kSource6};
    EXPECT_EQ(harness.Feed(Side::kInside, asks.Build()).kind,
              vlan == 7 ? Verdict::Kind::kBounce : Verdict::Kind::kForward);
    const std::vector<Bytes> answers = harness.Take(Side::kInside);
    ASSERT_EQ(answers.size(), vlan == 7 ? 1u : 0u) << "elsewhere the address may be somebody's";
    if (answers.empty()) continue;
    EXPECT_EQ(ReadNeighbourFrame(answers[0])->sender_mac, kInsideMac);
  }
  harness.Take(Side::kOutside);
}

TEST_F(BackendCheck, ABackendThatNobodyFindsIsDown) {
  Config config = OneBackend();
  config.services[0].backends[0].mac.reset();
  ProxyHarness harness(config);
  harness.Advance(Seconds(3));
  EXPECT_TRUE(IsDown(harness, 1));
  EXPECT_EQ(harness.Count(Event::kBackendChecks), 0u);
  EXPECT_GE(Results(harness, 1, CheckResult::kNoNeighbour), 2u);
  EXPECT_FALSE(harness.Take(Side::kInside).empty());
}

TEST_F(BackendCheck, WhoIsDownGetsNobodyUntilItAnswers) {
  ProxyHarness harness(Checked());
  PlayBoth(harness, kOther, kR | kA, 4);
  EXPECT_EQ(Share(harness, 0, 16, kOther), 0u);
  PlayBoth(harness, kOther, kS | kA, 4);
  EXPECT_GT(Share(harness, 100, 16, kOther), 1u);
  harness.Take(Side::kInside), harness.Take(Side::kOutside);
}

TEST_F(BackendCheck, AllDownIsDown) {
  ProxyHarness harness(OneBackend());
  Dialogue dialogue(harness, Nat());
  Play(harness, kFirst, kR | kA, 2);
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.Syn()), Verdict::Drop(Reason::kBackendsDown));
  harness.Advance(Seconds(60));
  harness.Take(Side::kInside);
  EXPECT_EQ(harness.Feed(Side::kOutside, dialogue.Syn()), Verdict::Drop(Reason::kBackendsDown))
      << "unlike what connections have found out it does not end by itself";
  Play(harness, kFirst, kS | kA, 2);
  harness.Take(Side::kInside);
  dialogue.Splice();
}

// The source's own address as a client's: its connections are connections.
TEST_F(BackendCheck, AConnectionFromTheSourceIsNoCheck) {
  ProxyHarness harness(OneBackend());
  Dialogue dialogue(harness, Nat());
  dialogue.client.address = kSource;
  dialogue.Splice();
  dialogue.ServerSays(kA | kP, 1, 1, "hello");
}

TEST_F(BackendCheck, AReloadChangesItAndCutsNothing) {
  ProxyHarness harness(OneBackend());
  Dialogue dialogue(harness, Nat());
  dialogue.Splice();
  Play(harness, kFirst, kR | kA, 2);
  harness.Take(Side::kInside);
  dialogue.ServerSays(kA | kP, 1, 1, "on");
  Config without = OneBackend();
  without.services[0].health = {};
  harness.Adopt(without);
  harness.Advance(Seconds(5));
  EXPECT_TRUE(harness.IsQuiet());
  EXPECT_FALSE(IsDown(harness, 1));
  EXPECT_EQ(Results(harness, 1, CheckResult::kRefused), 2u) << "counters stay";
  dialogue.ServerSays(kA | kP, 3, 1, "and on");
  EXPECT_EQ(Share(harness, 1, 1, kFirst), 1u);
}

TEST_F(BackendCheck, WhoComesBackStartsSlowly) {
  Config config = Checked();
  config.services[0].slow_start = Seconds(1000);
  ProxyHarness harness(config);
  const size_t even = Share(harness, 0, 64, kOther);
  EXPECT_GT(even, 16u);
  PlayBoth(harness, kOther, kR | kA, 4);
  PlayBoth(harness, kOther, kS | kA, 4);
  const size_t first = Share(harness, 100, 64, kOther);
  EXPECT_LT(first, even / 3);
  harness.Advance(Seconds(500));
  PlayBoth(harness, kOther, kS | kA, 4);
  const size_t half = Share(harness, 200, 64, kOther);
  EXPECT_GT(half, first);
  EXPECT_LT(half, even);
  harness.Take(Side::kInside), harness.Take(Side::kOutside);
}

TEST_F(BackendCheck, WhoIsEnabledAgainStartsSlowly) {
  Config config = Checked(), drained;
  config.services[0].health = {};
  config.services[0].slow_start = Seconds(1000);
  drained = config;
  drained.drained = {kOther};
  ProxyHarness harness(config);
  const size_t even = Share(harness, 0, 64, kOther);
  harness.Adopt(drained);
  harness.Adopt(config);
  EXPECT_LT(Share(harness, 100, 64, kOther), even / 2);
  harness.Adopt(drained);
  Config alone = drained;
  alone.services[0].backends = {{kOther, kBackendMac}};
  alone.drained.clear();
  harness.Adopt(alone);
  EXPECT_EQ(Share(harness, 200, 16, kOther), 16u) << "nobody else is there";
}

TEST_F(BackendCheck, SharesFollowWeights) {
  Config config = Checked();
  config.services[0].health = {};
  config.services[0].backends[1].weight = 3;
  ProxyHarness harness(config);
  const size_t heavy = Share(harness, 0, 128, kOther);
  EXPECT_GT(heavy, 80u);
  EXPECT_LT(heavy, 112u);
  config.services[0].backends[1].weight = 0;
  harness.Adopt(config);
  EXPECT_EQ(Share(harness, 200, 16, kOther), 0u);
}

}  // namespace
}  // namespace synsplice::test
