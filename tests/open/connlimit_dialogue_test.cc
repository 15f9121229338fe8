// Rules 29, 30 in dialogues: who counts, until when, and what a refused client hears.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class ConnlimitDialogue : public DialogueTest {
 protected:
  static Config Limited(uint32_t above, ConnlimitConfig::Action action) {
    Config config = TransparentConfig();
    config.services[0].connlimit = {above, 32, 128, action};
    return config;
  }
  // A connection attempt with another client port for each.
  static Dialogue Client(ProxyHarness& harness, uint16_t number) {
    DialogueSetup setup;
    setup.client_port = 40000 + number;
    return Dialogue(harness, setup);
  }
  static TcpFrame FirstAck(const Dialogue& dialogue) {
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    return ack;
  }
  static Verdict Attempt(ProxyHarness& harness, Dialogue& dialogue) {
    dialogue.Open();
    const Verdict verdict = harness.Feed(Side::kOutside, FirstAck(dialogue));
    harness.Take(Side::kInside);
    return verdict;
  }
  static void BackendAnswers(ProxyHarness& harness, Dialogue& dialogue) {
    dialogue.Answer();
    harness.Take(Side::kInside);
  }

  ProxyHarness harness_{Limited(2, ConnlimitConfig::Action::kReset)};
};

// Rule 30: seq = its ack number, flags RST only.
TEST_F(ConnlimitDialogue, TheOneAboveIsReset) {
  Dialogue first = Client(harness_, 0), second = Client(harness_, 1), third = Client(harness_, 2);
  EXPECT_EQ(Attempt(harness_, first), Verdict::Consumed());
  EXPECT_EQ(Attempt(harness_, second), Verdict::Consumed());
  EXPECT_EQ(Attempt(harness_, third), Verdict::Refuse(Reason::kConnlimit));
  TcpFrame reset = third.ResetToClient(0);
  reset.flags = kR;
  reset.ack = 0;
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), reset);
  EXPECT_EQ(harness_.shared().connlimit.total(), 2u);
  // The same handshake meets the same answer; a SYN gets a cookie.
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck(third)), Verdict::Refuse(Reason::kRefusedFlow));
  harness_.Take(Side::kOutside);
  EXPECT_EQ(harness_.Feed(Side::kOutside, third.Syn()), Verdict::Bounce());
}

TEST_F(ConnlimitDialogue, WhoIsRefusedIsNotedOnce) {
  RefusedClients& refused = harness_.proxy().refused_clients();
  RefusedClient noted;
  for (uint16_t number = 0; number < 5; ++number) {
    Dialogue client = Client(harness_, number);
    const bool opened = Attempt(harness_, client) == Verdict::Consumed();
    EXPECT_EQ(opened, number < 2);
    EXPECT_EQ(refused.Take(noted), number == 2) << number;
    harness_.Take(Side::kOutside);
  }
  EXPECT_EQ(noted.client, ParseAddress("198.18.0.12"));
  EXPECT_EQ(noted.service, 0);
}

TEST_F(ConnlimitDialogue, ActionDropIsSilentAndMayTryAgain) {
  ProxyHarness harness(Limited(1, ConnlimitConfig::Action::kDrop));
  Dialogue first = Client(harness, 0), second = Client(harness, 1);
  EXPECT_EQ(Attempt(harness, first), Verdict::Consumed());
  BackendAnswers(harness, first);
  EXPECT_EQ(Attempt(harness, second), Verdict::Drop(Reason::kConnlimit));
  first.CloseBoth();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(second)), Verdict::Consumed());
}

// A client that has reset its connection comes back too late for a place. Its backend may not have
// taken the RST: what it sends on the old connection is answered.
TEST_F(ConnlimitDialogue, DroppedSuccessorLeavesNoHalfOpenBackend) {
  ProxyHarness harness(Limited(1, ConnlimitConfig::Action::kDrop));
  Dialogue first = Client(harness, 0), other = Client(harness, 1);
  EXPECT_EQ(Attempt(harness, first), Verdict::Consumed());
  BackendAnswers(harness, first);
  TcpFrame reset = first.FromClient(kR, 1, 0);
  reset.options = {};
  EXPECT_EQ(harness.Feed(Side::kOutside, reset), Verdict::Forward());
  harness.Take(Side::kInside);
  EXPECT_EQ(Attempt(harness, other), Verdict::Consumed());
  Dialogue again = first;
  again.isn_c += 100000;
  EXPECT_EQ(Attempt(harness, again), Verdict::Drop(Reason::kConnlimit));
  const TcpFrame late = first.FromServer(kA, 1, 1, "late");
  EXPECT_EQ(harness.Feed(Side::kInside, late), Verdict::Refuse(Reason::kRefusedFlow));
  harness.Take(Side::kInside);
  BackendAnswers(harness, other);
  other.CloseBoth();
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(again)), Verdict::Consumed());
}

TEST_F(ConnlimitDialogue, OtherClientsAreNotAffected) {
  ProxyHarness harness(Limited(1, ConnlimitConfig::Action::kReset));
  Dialogue first = Client(harness, 0), other = Client(harness, 1);
  other.client.address = *ParseAddress("198.18.0.13");
  EXPECT_EQ(Attempt(harness, first), Verdict::Consumed());
  EXPECT_EQ(Attempt(harness, other), Verdict::Consumed());
}

TEST_F(ConnlimitDialogue, PrefixesShareOneCount) {
  Config config = Limited(1, ConnlimitConfig::Action::kReset);
  config.services[0].connlimit.prefix_length_v4 = 24;
  ProxyHarness harness(config);
  Dialogue first = Client(harness, 0), neighbour = Client(harness, 1);
  neighbour.client.address = *ParseAddress("198.18.0.255");
  EXPECT_EQ(Attempt(harness, first), Verdict::Consumed());
  EXPECT_EQ(Attempt(harness, neighbour), Verdict::Refuse(Reason::kConnlimit));
}

// Spoofed SYNs must not lock a victim out.
TEST_F(ConnlimitDialogue, SynsDoNotCount) {
  for (uint16_t i = 0; i < 10; ++i) Client(harness_, i).Open();
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
}

enum class End {
  kBothFins,
  kClientReset,
  kServerReset,
  kRefusedByBackend,
  kSilentBackend,
  kExpiry,
  kAborted,
  kReplaced,
};

class ConnlimitEnd : public ConnlimitDialogue, public ::testing::WithParamInterface<End> {
 protected:
  void Finish(Dialogue& dialogue) {
    const End end = GetParam();
    TcpFrame client_reset = dialogue.FromClient(kR, 1, 0);
    TcpFrame server_reset = dialogue.FromServer(kR | kA, end == End::kServerReset, 1);
    client_reset.options = server_reset.options = {};
    const bool waits = end == End::kRefusedByBackend || end == End::kSilentBackend ||
                       end == End::kAborted || end == End::kReplaced;
    if (!waits) BackendAnswers(harness_, dialogue);
    if (end == End::kBothFins) dialogue.CloseBoth();
    if (end == End::kClientReset || end == End::kAborted) {
      (void)harness_.Feed(Side::kOutside, client_reset);
    }
    if (end == End::kAborted) {
      EXPECT_EQ(harness_.shared().connlimit.total(), 1u) << "the backend may answer yet (rule 15)";
      (void)harness_.Feed(Side::kInside, dialogue.ServerSynAck());
    }
    if (end == End::kServerReset || end == End::kRefusedByBackend) {
      (void)harness_.Feed(Side::kInside, server_reset);
    }
    if (end == End::kSilentBackend) harness_.Advance(Seconds(16));
    if (end == End::kExpiry) harness_.Advance(Seconds(7460));
    if (end == End::kReplaced) Replace(dialogue);
    harness_.Take(Side::kInside);
    harness_.Take(Side::kOutside);
  }
  // A later handshake takes the place of the waiting one, then ends.
  void Replace(Dialogue& dialogue) {
    dialogue.isn_c += 100000;
    EXPECT_EQ(Attempt(harness_, dialogue), Verdict::Consumed());
    EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
    TcpFrame reset = dialogue.FromServer(kR | kA, 0, 1);
    reset.options = {};
    (void)harness_.Feed(Side::kInside, reset);
  }
};

INSTANTIATE_TEST_SUITE_P(All, ConnlimitEnd,
                         ::testing::Values(End::kBothFins, End::kClientReset, End::kServerReset,
                                           End::kRefusedByBackend, End::kSilentBackend,
                                           End::kExpiry, End::kAborted, End::kReplaced));

// Given back once, at the first end; what comes later takes nothing more.
TEST_P(ConnlimitEnd, GivesThePlaceBackOnce) {
  Dialogue dialogue = Client(harness_, 0);
  EXPECT_EQ(Attempt(harness_, dialogue), Verdict::Consumed());
  EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
  Finish(dialogue);
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
  harness_.Advance(Seconds(200));
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

TEST_F(ConnlimitDialogue, ClosingStillCounts) {
  Dialogue dialogue = Client(harness_, 0);
  EXPECT_EQ(Attempt(harness_, dialogue), Verdict::Consumed());
  BackendAnswers(harness_, dialogue);
  dialogue.ClientSays(kF | kA, 1, 1);
  EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
  dialogue.ServerSays(kF | kA, 1, 2);
  EXPECT_EQ(dialogue.phase(), Phase::kClosing);
  EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
}

// What the server may ignore (RFC 5961) must not make the connection uncounted.
TEST_F(ConnlimitDialogue, ResetElsewhereInTheWindowKeepsThePlace) {
  Dialogue dialogue = Client(harness_, 0);
  EXPECT_EQ(Attempt(harness_, dialogue), Verdict::Consumed());
  BackendAnswers(harness_, dialogue);
  dialogue.ClientSays(kF | kA, 1, 1);
  TcpFrame reset = dialogue.FromClient(kR, 100, 0);
  reset.options = {};
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
  EXPECT_EQ(harness_.shared().connlimit.total(), 1u);
  reset.seq = dialogue.isn_c + 2;
  EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
}

// Nothing is evicted for it: the same handshake is judged anew.
TEST_F(ConnlimitDialogue, RefusalInAFullFlowTableIsNotRemembered) {
  constexpr uint16_t kEntries = 16;
  Config config = Limited(1, ConnlimitConfig::Action::kReset);
  config.flow_table_entries = kEntries;
  ProxyHarness harness(config);
  for (uint16_t i = 0; i < kEntries; ++i) {
    Dialogue dialogue = Client(harness, i);
    dialogue.client.address = Address::V4(0xc6120100u + i);
    EXPECT_EQ(Attempt(harness, dialogue), Verdict::Consumed());
  }
  Dialogue above = Client(harness, kEntries);
  above.client.address = Address::V4(0xc6120100u);
  EXPECT_EQ(Attempt(harness, above), Verdict::Refuse(Reason::kConnlimit));
  EXPECT_EQ(harness.Feed(Side::kOutside, FirstAck(above)), Verdict::Refuse(Reason::kConnlimit));
  EXPECT_EQ(harness.proxy().flow_count(), kEntries);
}

TEST_F(ConnlimitDialogue, TableFullIsItsOwnReason) {
  Config config = Limited(1, ConnlimitConfig::Action::kDrop);
  config.connlimit_table_entries = 1;
  ProxyHarness harness(config);
  Verdict verdict = Verdict::Consumed();
  for (uint16_t i = 0; verdict == Verdict::Consumed() && i < 50; ++i) {
    Dialogue dialogue = Client(harness, i);
    dialogue.client.address = Address::V4(0xc6120100u + i);
    verdict = Attempt(harness, dialogue);
  }
  EXPECT_EQ(verdict, Verdict::Refuse(Reason::kConnlimitTableFull));
}

// A refusal for another reason leaves no count behind.
TEST_F(ConnlimitDialogue, FailedOpeningDoesNotCount) {
  Config config = Limited(5, ConnlimitConfig::Action::kReset);
  config.handshake.slots = 1;
  ProxyHarness harness(config);
  Dialogue first = Client(harness, 0), second = Client(harness, 1);
  EXPECT_EQ(Attempt(harness, first), Verdict::Consumed());
  EXPECT_EQ(Attempt(harness, second), Verdict::Refuse(Reason::kHandshakeSlotsFull));
  EXPECT_EQ(harness.shared().connlimit.total(), 1u);
}

}  // namespace
}  // namespace synsplice::test
