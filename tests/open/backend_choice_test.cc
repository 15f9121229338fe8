// Which of several backends a client gets: never one that is drained, and not one that is known to
// be down while another one may answer.
#include "support/dialogue.h"

namespace synsplice::test {
namespace {

class Choice : public DialogueTest {
 protected:
  static Config TwoBackends() {
    Config config = NatConfig();
    config.services[0].backends.push_back({kOther, kBackendMac});
    return config;
  }
  static Config Drained(std::vector<VlanEndpoint> drained) {
    Config config = TwoBackends();
    config.drained = std::move(drained);
    return config;
  }
  Dialogue Client(uint32_t number) {
    DialogueSetup setup;
    setup.nat = true;
    Dialogue dialogue(harness_, setup);
    dialogue.client.address = Address::V4(0xc6120700u + number * 256);
    return dialogue;
  }
  // The SYN to the backend that the client of this number gets.
  TcpFrame Ask(uint32_t number) {
    Dialogue dialogue = Client(number);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Consumed());
    return harness_.TakeOne(Side::kInside);
  }
  // The backend refuses it.
  void Refuse(const TcpFrame& syn) {
    TcpFrame reset;
    reset.source_mac = syn.destination_mac, reset.destination_mac = syn.source_mac;
    reset.source = syn.destination, reset.destination = syn.source;
    reset.ack = syn.seq + 1;
    reset.flags = kR | kA;
    harness_.Feed(Side::kInside, reset).kind;
    harness_.Take(Side::kOutside);
  }
  // So many of the clients from `first` on get `backend`.
  size_t Share(uint32_t first, const Endpoint& backend) {
    size_t share = 0;
    for (uint32_t number = first; number < first + 16; ++number) {
      share += Ask(number).destination == backend;
    }
    return share;
  }
  // Of several networks, for longer than two seconds.
  void TakeDown(const Endpoint& backend) {
    for (uint32_t number = 0; number < 24; ++number) {
      const TcpFrame syn = Ask(number);
      if (syn.destination == backend) Refuse(syn);
      harness_.Advance(Milliseconds(100));
      harness_.Take(Side::kInside);
    }
  }

  const Endpoint first_ = NatConfig().services[0].backends[0].endpoint;
  static inline const Endpoint kOther = *ParseEndpoint("198.18.0.31:8080");
  ProxyHarness harness_{TwoBackends()};
};

TEST_F(Choice, WhoeverIsUpHasAShare) {
  const size_t share = Share(0, kOther);
  EXPECT_GT(share, 1u);
  EXPECT_LT(share, 15u);
}

TEST_F(Choice, ABackendThatIsDownIsPassedOverUntilItIsTriedAgain) {
  TakeDown(kOther);
  EXPECT_EQ(Share(100, kOther), 0u);
  harness_.Advance(Seconds(9));
  harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
  EXPECT_GT(Share(200, kOther), 1u);
}

TEST_F(Choice, ADrainedBackendGetsNobodyNew) {
  harness_.Adopt(Drained({kOther}));
  EXPECT_EQ(Share(0, kOther), 0u);
  harness_.Adopt(TwoBackends());
  EXPECT_GT(Share(100, kOther), 1u);
}

TEST_F(Choice, ADrainedBackendKeepsItsConnections) {
  Dialogue dialogue = Client(1);
  dialogue.backend = Ask(1).destination;
  harness_.Adopt(Drained({first_, kOther}));
  EXPECT_EQ(dialogue.phase(), Phase::kWaiting);
}

TEST_F(Choice, ACookieThatComesBackWhenAllAreDrainedIsRefused) {
  Dialogue dialogue = Client(1);
  dialogue.Open();
  harness_.Adopt(Drained({first_, kOther}));
  TcpFrame ack = dialogue.FromClient(kA, 1, 1);
  ack.options.timestamps->second = dialogue.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Refuse(Reason::kNoBackend));
  harness_.Take(Side::kOutside);
}

TEST_F(Choice, AllDrainedIsDown) {
  harness_.Adopt(Drained({first_, kOther}));
  EXPECT_EQ(harness_.Feed(Side::kOutside, Client(1).Syn()), Verdict::Drop(Reason::kBackendsDown));
  Config resets = Drained({first_, kOther});
  resets.services[0].when_down = ServiceConfig::WhenDown::kReset;
  harness_.Adopt(resets);
  EXPECT_EQ(harness_.Feed(Side::kOutside, Client(1).Syn()).kind, Verdict::Kind::kBounce);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kR | kA);
}

}  // namespace
}  // namespace synsplice::test
