// Rule 21: idle flows leave when their phase's time is over, not before.
#include "support/dialogue.h"
#include "support/neighbour_frame.h"

namespace synsplice::test {
namespace {

class Timers : public DialogueTest {
 protected:
  void SetUp() override {
    dialogue_.Splice();
    harness_.Take(Side::kInside);
  }
  // Idle times are kept in ticks of 4 s, and the sweep takes one tick for a round.
  void ExpectGoneAfter(Seconds timeout) {
    harness_.Advance(timeout - Seconds(4));
    EXPECT_EQ(harness_.proxy().flow_count(), 1u) << "before " << timeout.count() << " s";
    harness_.Advance(Seconds(14));
    EXPECT_EQ(harness_.proxy().flow_count(), 0u) << "after " << timeout.count() << " s";
    EXPECT_EQ(harness_.Count(Event::kFlowsExpired), 1u);
    EXPECT_TRUE(harness_.IsQuiet());
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(Timers, Established) { ExpectGoneAfter(Seconds(7440)); }

TEST_F(Timers, ClientClosed) {
  dialogue_.ClientSays(kF | kA, 1, 1);
  dialogue_.ServerSays(kA, 1, 2);
  ExpectGoneAfter(Seconds(7440));
}

TEST_F(Timers, ServerClosed) {
  dialogue_.ServerSays(kF | kA, 1, 1);
  ExpectGoneAfter(Seconds(240));
}

TEST_F(Timers, Closing) {
  dialogue_.ServerSays(kF | kA, 1, 1);
  dialogue_.ClientSays(kF | kA, 1, 2);
  ExpectGoneAfter(Seconds(240));
}

TEST_F(Timers, TimeWait) {
  dialogue_.CloseBoth();
  ExpectGoneAfter(Seconds(120));
}

TEST_F(Timers, ClosedLivesOneCookieLife) {
  TcpFrame reset = dialogue_.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
  harness_.Take(Side::kInside);
  ExpectGoneAfter(Seconds(64));
}

// Any acceptable segment restarts the timer: keepalives (seq = rcv.nxt - 1, length 0 or 1) too.
TEST_F(Timers, KeepalivesRefresh) {
  dialogue_.ClientSays(kP | kA, 1, 1, "request");
  dialogue_.ServerSays(kA, 1, 8);
  for (int i = 0; i < 5; ++i) {
    harness_.Advance(Seconds(7000));
    if (i % 2) {
      dialogue_.ClientSays(kA, 7, 1);
    } else {
      dialogue_.ServerSays(kA, 0, 8, "x");
    }
  }
  ExpectGoneAfter(Seconds(7440));
}

TEST_F(Timers, UnacceptableSegmentsDoNot) {
  harness_.Advance(Seconds(7400));
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA, 0x40000000, 1)).kind,
            Verdict::Kind::kForward);
  harness_.Take(Side::kInside);
  harness_.Advance(Seconds(60));
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

// An expired flow that the sweep has not met yet is no flow.
TEST_F(Timers, ExpiredFlowIsNotFound) {
  dialogue_.CloseBoth();
  Config config = TransparentConfig();
  config.timeouts.time_wait = Seconds(8);
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Splice();
  harness.Take(Side::kInside);
  dialogue.CloseBoth();
  harness.Advance(Seconds(20));
  EXPECT_EQ(harness.Feed(Side::kInside, dialogue.FromServer(kF | kA, 1, 2)),
            Verdict::Refuse(Reason::kBackendWithoutFlow));
}

TEST_F(Timers, ManyFlowsExpire) {
  for (uint16_t i = 1; i < 500; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    Dialogue dialogue(harness_, setup);
    dialogue.backend_syn_mss = 1460;
    dialogue.Splice();
    harness_.Take(Side::kInside);
  }
  harness_.Advance(Seconds(7400));
  EXPECT_EQ(harness_.proxy().flow_count(), 500u);
  harness_.Advance(Seconds(60));
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

// Rule 21: both have a key of their own.
TEST_F(Timers, ClosedAndRefusedAreConfigurable) {
  Config config = TransparentConfig();
  config.timeouts.closed = Seconds(100);
  config.timeouts.refused = Seconds(200);
  ProxyHarness harness(config);
  DialogueSetup other_port;
  other_port.client_port = 40001;
  Dialogue closed(harness), refused(harness, other_port);
  closed.Splice();
  harness.Take(Side::kInside);
  TcpFrame reset = closed.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness.Feed(Side::kOutside, reset), Verdict::Forward());
  harness.Take(Side::kInside);
  refused.backend_syn_mss = 1460;
  refused.Open();
  refused.Validate();
  reset = refused.FromServer(kR | kA, 0, 1);
  reset.options = {};
  EXPECT_EQ(harness.Feed(Side::kInside, reset), Verdict::Forward());
  harness.Take(Side::kOutside);
  harness.Advance(Seconds(96));
  EXPECT_EQ(harness.proxy().flow_count(), 2u);
  harness.Advance(Seconds(14));
  EXPECT_FALSE(closed.phase());
  EXPECT_EQ(refused.phase(), Phase::kRefused);
  harness.Advance(Seconds(86));
  EXPECT_EQ(refused.phase(), Phase::kRefused);
  harness.Advance(Seconds(14));
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
}

// A handshake that the backend has reset is remembered for so long.
void ExpectRefusedFor(const Config& config, Seconds least, Seconds most) {
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Open();
  dialogue.Validate();
  TcpFrame reset = dialogue.FromServer(kR | kA, 0, 1);
  reset.options = {};
  EXPECT_EQ(harness.Feed(Side::kInside, reset), Verdict::Forward());
  harness.Take(Side::kOutside);
  harness.Advance(least);
  EXPECT_EQ(harness.proxy().flow_count(), 1u);
  harness.Advance(most - least);
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
}

// Refused flows are remembered for a cookie life too.
TEST_F(Timers, RefusedLivesOneCookieLife) {
  ExpectRefusedFor(TransparentConfig(), Seconds(60), Seconds(74));
}

// Sooner than other flows cease to be fresh.
TEST_F(Timers, RefusedMayBeForgottenSoon) {
  Config config = TransparentConfig();
  config.timeouts.refused = Seconds(8);
  ExpectRefusedFor(config, Seconds(4), Seconds(18));
}

// Handshakes wait for two backends whose MAC is not known, IPv4 and IPv6.
class NeighbourWalk : public DialogueTest {
 protected:
  static constexpr size_t kOthers = 600, kWoken = 40;
  static constexpr size_t kSynsPerTick = kMaxBurst / 2, kVisitsPerTick = 256;

  static Config AskingConfig() {
    Config config = NatConfig();
    for (BackendConfig& backend : config.services[0].backends) backend.mac.reset();
    config.handshake.slots = 8192;
    config.flow_table_entries = 8192;
    return config;
  }
  void Wait(bool v6, size_t number) {
    DialogueSetup setup;
    setup.nat = true;
    setup.v6 = v6;
    setup.client_port = static_cast<uint16_t>(20000 + number);
    Dialogue dialogue(harness_, setup);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Consumed());
    harness_.Take(Side::kInside);  // the question for the MAC
  }
  void Learn() {
    NeighbourFrame answer;
    answer.source_mac = answer.sender_mac.emplace(kBackendMac);
    answer.destination_mac = kInsideMac;
    answer.answer = true;
    answer.sender = *ParseAddress("198.18.0.11");
    answer.asked = *ParseAddress("0.0.0.0");
    EXPECT_EQ(harness_.Feed(Side::kInside, answer.Build()), Verdict::Consumed());
  }
  // One call of the timers: the SYNs that it sent, and whether more is due.
  std::pair<size_t, bool> Tick() {
    Outbox outbox;
    const bool more = harness_.proxy().Tick(harness_.now(), outbox);
    return {outbox.frames().size(), more};
  }

  ProxyHarness harness_{AskingConfig()};
};

// Rule 36: a MAC that becomes known costs a bounded walk, however many wait for another one, which
// goes on in the next call and reaches everybody.
TEST_F(NeighbourWalk, GoesOnWhereItsBudgetEnded) {
  for (size_t i = 0; i < kOthers; ++i) Wait(true, i);
  for (size_t i = 0; i < kWoken; ++i) Wait(false, i);
  Learn();
  size_t syns = 0, calls = 0, calls_without = 0;
  for (bool more = true; more; ++calls) {
    ASSERT_LT(calls, 20u);
    const auto [sent, is_more] = Tick();
    EXPECT_LE(sent, kSynsPerTick);
    syns += sent;
    calls_without += syns == 0;
    more = is_more;
  }
  EXPECT_EQ(syns, kWoken);
  EXPECT_EQ(calls_without, kOthers / kVisitsPerTick) << "who waits longest is visited first";
  EXPECT_GE(calls, calls_without + kWoken / kSynsPerTick);
}

}  // namespace
}  // namespace synsplice::test
