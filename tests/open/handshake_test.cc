// Rules 6, 8, 15, 29: from the cookie to the flow.
#include <set>
#include <tuple>

#include "support/dialogue.h"
#include "synsplice/flow/flow_table.h"

namespace synsplice::test {
namespace {

class Handshake : public DialogueTest {
 protected:
  static Config QuietConfig() {
    Config config = TransparentConfig();
    config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
    return config;
  }
  // The ACK of the handshake, as a client that has seen nothing but the SYN-ACK sends it.
  static TcpFrame FirstAck(const Dialogue& dialogue, uint8_t flags, uint32_t seq,
                           std::string payload = "") {
    TcpFrame ack = dialogue.FromClient(flags, seq, 1, std::move(payload));
    if (ack.options.timestamps) ack.options.timestamps->second = dialogue.tsval_p;
    return ack;
  }
  ProxyHarness harness_{QuietConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(Handshake, AckOpensTheBackend) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(dialogue_.phase(), Phase::kWaiting);
  EXPECT_EQ(harness_.proxy().flow_count(), 1u);
  EXPECT_EQ(harness_.proxy().handshake_count(), 1u);
  EXPECT_EQ(harness_.Count(Event::kCookiesValid), 1u);
  EXPECT_EQ(harness_.Count(Event::kBackendSyns), 1u);
}

// FIN|ACK when the ACK was lost.
TEST_F(Handshake, FinWithTheAckOpensAndIsHeld) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(dialogue_, kF | kA, 1)).kind,
            Verdict::Kind::kHold);
  EXPECT_EQ(harness_.TakeOne(Side::kInside), dialogue_.BackendSyn());
}

// Rule 6: the keepalive and zero-window-probe form, seq = isnC with length 0 or 1.
TEST_F(Handshake, ProbeFormsOpen) {
  for (const char* payload : {"", "x"}) {
    ProxyHarness harness(QuietConfig());
    Dialogue dialogue(harness);
    dialogue.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(dialogue, kA, 0, payload)),
              Verdict::Consumed());
    EXPECT_EQ(harness.TakeOne(Side::kInside), dialogue.BackendSyn());
    EXPECT_EQ(harness.Count(Event::kCookiesRecovered), 1u);
    EXPECT_EQ(harness.held_count(), 0u) << "the byte lies before the first";
    dialogue.Answer();
    dialogue.ClientSays(kP | kA, 1, 1, "first");
  }
}

TEST_F(Handshake, OtherNeighbourSequencesDoNotOpen) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(dialogue_, kA, 0, "xy")),
            Verdict::Drop(Reason::kCookieWrong));
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(dialogue_, kA, 2)),
            Verdict::Drop(Reason::kCookieWrong));
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(dialogue_, kA, 0xffffffff)),
            Verdict::Drop(Reason::kCookieWrong));
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

// Rule 15.
TEST_F(Handshake, DuplicateAcksMakeNoSecondFlow) {
  dialogue_.Open();
  dialogue_.Validate();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(dialogue_, kA, 1)), Verdict::Consumed());
  }
  EXPECT_TRUE(harness_.IsQuiet());
  EXPECT_EQ(harness_.proxy().flow_count(), 1u);
  EXPECT_EQ(harness_.Count(Event::kBackendSyns), 1u);
}

// Rule 19: a SYN while waiting gets a cookie; rule 8: the later handshake wins.
TEST_F(Handshake, LaterCookieReplacesTheWaitingFlow) {
  dialogue_.Open();
  dialogue_.Validate("old");
  Dialogue later = dialogue_;
  later.isn_c += 100000;
  later.Open();
  later.Validate("new");
  EXPECT_EQ(harness_.Count(Event::kFlowsReplaced), 1u);
  EXPECT_EQ(harness_.proxy().flow_count(), 1u);
  EXPECT_EQ(harness_.held_count(), 1u) << "the old data is discarded";
  later.Answer();
}

TEST_F(Handshake, EarlierCookieIsAnOldDuplicate) {
  Dialogue earlier = dialogue_;
  earlier.isn_c -= 100000;
  earlier.Open();
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(earlier, kA, 1)),
            Verdict::Drop(Reason::kOldDuplicate));
  dialogue_.Answer();
}

TEST_F(Handshake, WrongCookieWhileWaiting) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA, 1, 77)),
            Verdict::Drop(Reason::kCookieWrong));
  TcpFrame syn_ack = dialogue_.FromClient(kS | kA, 1, 1);
  EXPECT_EQ(harness_.Feed(Side::kOutside, syn_ack), Verdict::Drop(Reason::kSynOutOfPlace));
}

TEST_F(Handshake, SlotsFull) {
  Config config = QuietConfig();
  config.handshake.slots = 1;
  ProxyHarness harness(config);
  Dialogue first(harness);
  first.Open();
  first.Validate();
  DialogueSetup setup;
  setup.client_port = 40001;
  Dialogue second(harness, setup);
  second.Open();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second, kA, 1)),
            Verdict::Refuse(Reason::kHandshakeSlotsFull));
  EXPECT_EQ(harness.TakeOne(Side::kOutside).flags, kR);
  first.Answer();
}

// Rule 21: only fresh handshakes in every place: the new one is refused, by name.
TEST_F(Handshake, FlowTableFull) {
  Config config = QuietConfig();
  config.flow_table_entries = 16;
  ProxyHarness harness(config);
  Verdict verdict = Verdict::Consumed();
  for (uint16_t i = 0; verdict == Verdict::Consumed() && i < 100; ++i) {
    DialogueSetup setup;
    setup.client_port = 40000 + i;
    Dialogue dialogue(harness, setup);
    dialogue.Open();
    verdict = harness.Feed(Side::kOutside, FirstAck(dialogue, kA, 1));
    harness.Take(Side::kInside);
  }
  EXPECT_EQ(verdict, Verdict::Refuse(Reason::kFlowTableFull));
  EXPECT_EQ(harness.proxy().flow_count(), 16u);
  EXPECT_EQ(harness.Count(Event::kFlowsEvicted), 0u);
}

// One client endpoint, two listeners, one backend endpoint behind both; the first is spliced.
struct TwoListeners {
  static Config Both(const ConnlimitConfig& connlimit) {
    Config config = NatConfig();
    config.services[0].listen.push_back(*ParseEndpoint("198.18.0.10:81"));
    config.services[0].connlimit = connlimit;
    return config;
  }
  static DialogueSetup Nat() {
    DialogueSetup setup;
    setup.nat = true;
    return setup;
  }
  explicit TwoListeners(const ConnlimitConfig& connlimit = {}) : harness{Both(connlimit)} {
    second.listener.port = 81;
    first.Splice();
    harness.Take(Side::kInside);
  }

  ProxyHarness harness;
  Dialogue first{harness, Nat()}, second{harness, Nat()};
};

TEST_F(Handshake, BackendTupleInUse) {
  TwoListeners two;
  auto& [harness, first, second] = two;
  second.Open();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second, kA, 1)),
            Verdict::Refuse(Reason::kBackendTupleInUse));
  EXPECT_EQ(harness.TakeOne(Side::kOutside).flags, kR);
}

// What a closing connection has still to deliver would be lost.
TEST_F(Handshake, ClosingConnectionKeepsItsBackendTuple) {
  TwoListeners two;
  auto& [harness, first, second] = two;
  first.ClientSays(kF | kA, 1, 1);
  first.ServerSays(kF | kA, 1, 2);
  EXPECT_EQ(first.phase(), Phase::kClosing);
  second.Open();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second, kA, 1)),
            Verdict::Refuse(Reason::kBackendTupleInUse));
  harness.Take(Side::kOutside);
  first.ClientSays(kA, 2, 2);
  EXPECT_EQ(first.phase(), Phase::kTimeWait);
  second.isn_c += 100000;
  second.Open();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second, kA, 1)), Verdict::Consumed());
  EXPECT_EQ(first.phase(), std::nullopt);
}

class RefusedHandshake : public Handshake {
 protected:
  // Whether an ended connection still stands at the backend when one at another listener has been
  // refused.
  static bool EndedSurvives(ConnlimitConfig::Action action) {
    TwoListeners two({1, 32, 128, action});
    auto& [harness, first, second] = two;
    first.CloseBoth();
    DialogueSetup setup = TwoListeners::Nat();
    setup.client_port += 1;
    Dialogue other(harness, setup);
    other.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(other, kA, 1)), Verdict::Consumed());
    harness.Take(Side::kInside);
    second.isn_c += 100000;
    second.Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second, kA, 1)).reason, Reason::kConnlimit);
    return first.phase().has_value();
  }
};

// An entry that answers for the backend endpoint is the only one that does.
TEST_F(RefusedHandshake, ResetTakesTheBackendTuple) {
  EXPECT_FALSE(EndedSurvives(ConnlimitConfig::Action::kReset));
}

TEST_F(RefusedHandshake, DropTakesNothing) {
  EXPECT_TRUE(EndedSurvives(ConnlimitConfig::Action::kDrop));
}

// A second backend is taken instead.
TEST_F(Handshake, BusyBackendTupleTakesAnotherBackend) {
  Config config = NatConfig();
  config.services[0].listen.push_back(*ParseEndpoint("198.18.0.10:81"));
  config.services[0].backends.push_back({*ParseEndpoint("198.18.0.13:8080"), kBackendMac});
  ProxyHarness harness(config);
  DialogueSetup setup;
  setup.nat = true;
  Dialogue first(harness, setup), second(harness, setup);
  second.listener.port = 81;
  for (Dialogue* dialogue : {&first, &second}) {
    dialogue->Open();
    EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(*dialogue, kA, 1)), Verdict::Consumed());
    dialogue->backend = harness.TakeOne(Side::kInside).destination;
  }
  EXPECT_NE(first.backend, second.backend);
  first.Answer();
  second.Answer();
}

// Its flows to one group lie in two buckets: the 17th connection is refused by a name of its own.
TEST_F(Handshake, ClientPortHasSixteenConnectionsToAGroup) {
  Config config = NatConfig();
  ServiceConfig& service = config.services[0];
  for (uint16_t i = 1; i <= FlowTable::kCandidates; ++i) {
    service.listen.push_back({service.listen[0].address, static_cast<uint16_t>(80 + i)});
    Endpoint backend = service.backends[0].endpoint;
    backend.port = static_cast<uint16_t>(backend.port + i);
    service.backends.push_back({backend, kBackendMac});
  }
  ProxyHarness harness(config);
  DialogueSetup setup;
  setup.nat = true;
  std::set<Endpoint> backends;
  for (uint16_t i = 0; i <= FlowTable::kCandidates; ++i) {
    Dialogue dialogue(harness, setup);
    dialogue.listener.port = static_cast<uint16_t>(80 + i);
    dialogue.Open();
    const Verdict verdict = harness.Feed(Side::kOutside, FirstAck(dialogue, kA, 1));
    if (i < FlowTable::kCandidates) {
      ASSERT_EQ(verdict, Verdict::Consumed()) << i;
      backends.insert(harness.TakeOne(Side::kInside).destination);
    } else {
      EXPECT_EQ(verdict, Verdict::Refuse(Reason::kClientPortFull));
    }
  }
  EXPECT_EQ(backends.size(), FlowTable::kCandidates) << "each at a backend of its own";
}

}  // namespace
}  // namespace synsplice::test
