// Rule 34: who gives way when handshake slots or room for early data run out.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kSlots = 300;

// Two services; 198.18.0.10:81 is the healthy one.
Config TwoServices() {
  Config config = TransparentConfig();
  config.services[0].listen.resize(1);
  config.services.push_back(config.services[0]);
  config.services[1].name = "healthy";
  config.services[1].listen = {*ParseEndpoint("198.18.0.10:81")};
  config.handshake.slots = kSlots;
  config.handshake.hold_frames_total = kSlots / 2;
  config.flow_table_entries = 1 << 14;
  return config;
}

class Shares : public DialogueTest {
 protected:
  explicit Shares(const Config& config = TwoServices()) : harness_(config) {}

  Dialogue& Client(uint32_t address, bool healthy = false) {
    DialogueSetup setup;
    setup.client_port = static_cast<uint16_t>(1024 + dialogues_.size());
    Dialogue& dialogue = *dialogues_.emplace_back(std::make_unique<Dialogue>(harness_, setup));
    dialogue.client.address = Address::V4(address);
    if (healthy) dialogue.listener.port = dialogue.backend.port = 81;
    return dialogue;
  }
  Verdict Knock(Dialogue& dialogue, const std::string& payload = "") {
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(payload.empty() ? kA : kP | kA, 1, 1, payload);
    ack.options.timestamps->second = dialogue.tsval_p;
    const Verdict verdict = harness_.Feed(Side::kOutside, ack);
    harness_.Take(Side::kInside);
    return verdict;
  }
  void Reset(Dialogue& dialogue) {
    TcpFrame reset = dialogue.FromClient(kR, 1, 0);
    reset.options = {};
    EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Consumed());
  }

  ProxyHarness harness_;
  std::vector<std::unique_ptr<Dialogue>> dialogues_;
};

constexpr uint32_t kAttacker = 0xc6130001, kOthers = 0xc6120100;

// A service whose application accepts nothing; SYN, ACK and RST in a loop from one address. Its own
// service's other clients and the other service find room at once.
TEST_F(Shares, AbortedHandshakesOfOneAddress) {
  for (uint32_t i = 0; i < 4 * kSlots; ++i) {
    Dialogue& attacker = Client(kAttacker);
    ASSERT_EQ(Knock(attacker), Verdict::Consumed()) << "its own aborted ones give way";
    for (int again = 0; again < 2; ++again) Reset(attacker);
  }
  EXPECT_LE(harness_.proxy().handshake_count(), kSlots / 5);
  EXPECT_GT(harness_.Count(Event::kHandshakesEvicted), 3 * kSlots);
  Dialogue& first = *dialogues_.front();
  EXPECT_EQ(first.phase(), Phase::kRefused);
  EXPECT_EQ(harness_.Feed(Side::kInside, first.ServerSynAck()),
            Verdict::Refuse(Reason::kRefusedFlow))
      << "what the server answers yet ends its half";
  harness_.Take(Side::kInside);
  EXPECT_TRUE(harness_.IsQuiet()) << "a client that is gone is not told";
  EXPECT_EQ(Knock(Client(kOthers)), Verdict::Consumed());
  EXPECT_EQ(Knock(Client(kOthers, true)), Verdict::Consumed());
}

// Whoever has no share left takes nothing from others, whatever their age.
TEST_F(Shares, WaitingHandshakesOfOneAddress) {
  Verdict verdict = Verdict::Consumed();
  uint32_t waiting = 0;
  for (; verdict == Verdict::Consumed(); ++waiting) verdict = Knock(Client(kAttacker));
  EXPECT_EQ(verdict, Verdict::Refuse(Reason::kHandshakeSlotsFull));
  EXPECT_NEAR(waiting, kSlots / 5, 3);
  harness_.Take(Side::kOutside);
  Dialogue& other = Client(kOthers);
  EXPECT_EQ(Knock(other), Verdict::Consumed());
  harness_.Advance(Milliseconds(1000));
  harness_.Take(Side::kInside);
  EXPECT_EQ(Knock(Client(kAttacker)), Verdict::Refuse(Reason::kHandshakeSlotsFull))
      << "exactly a second is not over one";
  harness_.Take(Side::kOutside);
  harness_.Advance(Milliseconds(10));
  EXPECT_EQ(Knock(Client(kAttacker)), Verdict::Consumed()) << "one of its own gives way";
  EXPECT_EQ(harness_.Count(Event::kHandshakesEvicted), 1u);
  const TcpFrame told = harness_.TakeOne(Side::kOutside);
  EXPECT_EQ(told.flags, kR | kA);
  EXPECT_EQ(told.destination.address, Address::V4(kAttacker));
  EXPECT_EQ(other.phase(), Phase::kWaiting);
}

// A stuck service that very many networks ask leaves room for the healthy one.
TEST_F(Shares, StuckServiceAndManyNetworks) {
  for (uint32_t i = 0; i < 2 * kSlots; ++i) {
    (void)Knock(Client(kAttacker + (i << 8)));
    harness_.Take(Side::kOutside);
  }
  EXPECT_LE(harness_.proxy().handshake_count(), kSlots / 2);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(Knock(Client(kOthers, true)), Verdict::Consumed());
}

// The only backend shares with nobody: many networks may use all slots, not a third of them.
class SharesOfOneBackend : public Shares {
 protected:
  SharesOfOneBackend() : Shares(OneService()) {}

  static Config OneService() {
    Config config = TwoServices();
    config.services.resize(1);
    return config;
  }
};

TEST_F(SharesOfOneBackend, ManyNetworksUseAllSlots) {
  for (uint32_t i = 0; i < kSlots; ++i) {
    (void)Knock(Client(kAttacker + (i << 8)));
    harness_.Take(Side::kOutside);
  }
  EXPECT_GT(harness_.proxy().handshake_count(), kSlots * 9 / 10);
}

// Room for early data is shared in the same way, and the window says so.
TEST_F(Shares, EarlyDataOfOneService) {
  Verdict verdict = Verdict::Hold(0);
  for (uint32_t i = 0; i < kSlots && verdict.kind == Verdict::Kind::kHold; ++i) {
    verdict = Knock(Client(kAttacker + (i << 8)), "early");
  }
  EXPECT_EQ(verdict.reason, Reason::kHoldLimit);
  EXPECT_LE(harness_.held_count(), kSlots / 4);
  EXPECT_EQ(Knock(Client(kOthers, true), "early").kind, Verdict::Kind::kHold);
}

// A newer handshake of a client that waits takes the place of its older one, in the same call.
TEST(SlotsFull, NewerHandshakeOfAWaitingClient) {
  Config config = TransparentConfig();
  config.handshake.slots = 1;
  ProxyHarness harness(config);
  Dialogue older(harness), newer(harness);
  older.Open();
  older.Validate("early");
  newer.isn_c += 100000;
  newer.Open();
  newer.Validate();
  newer.Answer();
}

}  // namespace
}  // namespace synsplice::test
