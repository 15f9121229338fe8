// How backends' MAC addresses are asked for and learned, and how service addresses are answered.
#include "support/dialogue.h"
#include "support/neighbour_frame.h"

namespace synsplice::test {
namespace {

const Mac kMovedMac = *ParseMac("02:00:00:00:00:0d");

class Neighbours : public DialogueTest, public ::testing::WithParamInterface<bool> {
 protected:
  static Config AskingConfig() {
    Config config = NatConfig();
    for (BackendConfig& backend : config.services[0].backends) backend.mac.reset();
    return config;
  }
  DialogueSetup NatSetup() const {
    DialogueSetup setup;
    setup.nat = true;
    setup.v6 = GetParam();
    setup.tags = {0x0064, 0x6000};  // a priority tag inside the VLAN
    return setup;
  }
  TcpFrame FirstAck() const {
    TcpFrame ack = dialogue_.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue_.tsval_p;
    return ack;
  }
  NeighbourFrame TakeRequest() {
    const auto frames = harness_.Take(Side::kInside);
    EXPECT_EQ(frames.size(), 1u);
    const auto request = frames.empty() ? std::nullopt : ReadNeighbourFrame(frames[0]);
    EXPECT_TRUE(request);
    return request.value_or(NeighbourFrame{});
  }
  void ExpectRequest() {
    const NeighbourFrame request = TakeRequest();
    EXPECT_FALSE(request.answer);
    EXPECT_EQ(request.source_mac, kInsideMac);
    EXPECT_EQ(request.tags, dialogue_.setup.tags) << "in the VLAN of the client's frames";
    EXPECT_EQ(request.asked, dialogue_.backend.address);
    EXPECT_EQ(request.sender, *ParseAddress(GetParam() ? "::" : "0.0.0.0"));
  }
  // A backend that stays silent may be asked where it is before.
  TcpFrame TakeSyn() {
    const auto frames = harness_.Take(Side::kInside);
    EXPECT_FALSE(frames.empty());
    const auto syn = frames.empty() ? std::nullopt : ReadTcpFrame(frames.back());
    EXPECT_TRUE(syn);
    return syn.value_or(TcpFrame{});
  }
  // The connection is spliced, the backend's MAC is known.
  void Splice() {
    dialogue_.Open();
    EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
    ExpectRequest();
    EXPECT_EQ(harness_.Feed(Side::kInside, BackendAnswer().Build()), Verdict::Consumed());
    harness_.Advance(Milliseconds(10));
    EXPECT_EQ(harness_.TakeOne(Side::kInside), dialogue_.BackendSyn());
    dialogue_.Answer();
  }
  // The backend's answer: ARP to our MAC; a probing solicitation is answered to all nodes.
  NeighbourFrame BackendAnswer() const {
    NeighbourFrame answer;
    answer.source_mac = kBackendMac;
    answer.destination_mac = GetParam() ? *ParseMac("33:33:00:00:00:01") : kInsideMac;
    answer.tags = dialogue_.setup.tags;
    answer.answer = true;
    answer.sender = dialogue_.backend.address;
    answer.sender_mac = kBackendMac;
    answer.asked = *ParseAddress(GetParam() ? "ff02::1" : "0.0.0.0");
    return answer;
  }
  NeighbourFrame ClientAsksFor(const Address& address) const {
    NeighbourFrame request;
    request.source_mac = kClientMac;
    request.destination_mac = *ParseMac(GetParam() ? "33:33:ff:00:00:10" : "ff:ff:ff:ff:ff:ff");
    request.tags = dialogue_.setup.tags;
    request.sender = dialogue_.client.address;
    request.sender_mac = kClientMac;
    request.asked = address;
    return request;
  }

  // A segment of the client, as it leaves for the backend; a request may go before it.
  TcpFrame ClientSpeaks() {
    EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA, 1, 1)), Verdict::Forward());
    for (const Bytes& frame : harness_.Take(Side::kInside)) {
      if (const auto segment = ReadTcpFrame(frame)) return *segment;
    }
    ADD_FAILURE() << "nothing was sent";
    return {};
  }
  uint64_t requests() const { return harness_.Count(Event::kNeighbourRequests); }

  ProxyHarness harness_{AskingConfig()};
  Dialogue dialogue_{harness_, NatSetup()};
};

INSTANTIATE_TEST_SUITE_P(Families, Neighbours, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "v6" : "v4"; });

TEST_P(Neighbours, HandshakeWaitsForTheMac) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
  ExpectRequest();
  EXPECT_EQ(harness_.Feed(Side::kInside, BackendAnswer().Build()), Verdict::Consumed());
  harness_.Advance(Milliseconds(10));
  EXPECT_EQ(harness_.TakeOne(Side::kInside), dialogue_.BackendSyn());
  EXPECT_TRUE(harness_.IsQuiet()) << "the answer to our question is not bridged";
  EXPECT_EQ(harness_.Count(Event::kNeighboursLearned), 1u);
  dialogue_.Answer();
  dialogue_.ClientSays(kP | kA, 1, 1, "request");
}

TEST_P(Neighbours, RequestsAreRepeatedThenTheClientIsTold) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
  ExpectRequest();
  for (int i = 0; i < 3; ++i) {
    harness_.Advance(Milliseconds(1000));
    ExpectRequest();
  }
  EXPECT_EQ(harness_.Count(Event::kNeighbourRequests), 4u);
  harness_.Advance(Milliseconds(1000));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue_.ResetToClient(0));
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

TEST_P(Neighbours, WaitingForTheMacDoesNotShortenTheSynTimer) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
  harness_.Advance(Milliseconds(1500));
  harness_.Take(Side::kInside);
  EXPECT_EQ(harness_.Feed(Side::kInside, BackendAnswer().Build()), Verdict::Consumed());
  harness_.Advance(Milliseconds(10));
  for (const int wait : {1010, 2010, 4010}) {
    EXPECT_EQ(TakeSyn(), dialogue_.BackendSyn());
    harness_.Advance(Milliseconds(wait));
  }
  EXPECT_EQ(TakeSyn(), dialogue_.BackendSyn());
  EXPECT_EQ(harness_.Count(Event::kBackendSynRetransmits), 3u);
}

// Keyed by VLAN, learned on the inside only, for backend addresses only.
TEST_P(Neighbours, OnlyTheRightAnswersAreBelieved) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
  ExpectRequest();
  NeighbourFrame other_vlan = BackendAnswer();
  other_vlan.tags = {0x0065};
  (void)harness_.Feed(Side::kInside, other_vlan.Build());
  (void)harness_.Feed(Side::kOutside, BackendAnswer().Build());
  NeighbourFrame group = BackendAnswer();
  group.sender_mac = *ParseMac("03:00:00:00:00:01");
  (void)harness_.Feed(Side::kInside, group.Build());
  harness_.Take(Side::kInside);
  harness_.Advance(Milliseconds(500));
  EXPECT_TRUE(harness_.Take(Side::kInside).empty()) << "no SYN was sent";
}

// A backend's own words change what is known of it, and pass.
TEST_P(Neighbours, BackendsOwnRequestsTeachAndAreBridged) {
  Splice();
  NeighbourFrame request = ClientAsksFor(dialogue_.client.address);
  request.source_mac = kMovedMac;
  request.sender = dialogue_.backend.address;
  request.sender_mac = kMovedMac;
  EXPECT_EQ(harness_.Feed(Side::kInside, request.Build()), Verdict::Forward());
  EXPECT_EQ(harness_.Take(Side::kOutside), std::vector<Bytes>{request.Build()});
  EXPECT_EQ(harness_.Count(Event::kNeighboursLearned), 2u);
  EXPECT_EQ(ClientSpeaks().destination_mac, kMovedMac);
}

// Rule 36: in VLANs that no client uses nothing is learned, however much is said there.
TEST_P(Neighbours, TaggedFloodKeepsNobodyFromBeingLearned) {
  NeighbourFrame unasked = BackendAnswer();
  for (uint32_t i = 0; i < 2 * NeighbourTable::kEntries; ++i) {
    unasked.tags = {static_cast<uint16_t>(i % 4094 + 1), static_cast<uint16_t>(i / 4094 + 1)};
    (void)harness_.Feed(Side::kInside, unasked.Build());
    harness_.Take(Side::kOutside);
  }
  EXPECT_EQ(harness_.Count(Event::kNeighboursLearned), 0u);
  Splice();
}

// Rule 36, RFC 4861 7.3: a backend that has moved to another MAC without a word is asked when its
// connection goes on unanswered, and found.
TEST_P(Neighbours, SilentBackendIsAskedAgain) {
  Splice();
  harness_.Advance(Milliseconds(2900));
  EXPECT_EQ(ClientSpeaks().destination_mac, kBackendMac);
  EXPECT_EQ(requests(), 1u);
  harness_.Advance(Milliseconds(200));
  ClientSpeaks(), ClientSpeaks();
  EXPECT_EQ(requests(), 2u) << "once a second";
  NeighbourFrame answer = BackendAnswer();
  answer.source_mac = kMovedMac;
  answer.sender_mac = kMovedMac;
  EXPECT_EQ(harness_.Feed(Side::kInside, answer.Build()), Verdict::Consumed());
  EXPECT_EQ(ClientSpeaks().destination_mac, kMovedMac);
  harness_.Advance(Milliseconds(1500));
  ClientSpeaks();
  EXPECT_EQ(requests(), 2u) << "the answer is a sign of life";
}

TEST_P(Neighbours, WhoSpeaksIsNotAsked) {
  Splice();
  for (int i = 0; i < 20; ++i) {
    harness_.Advance(Milliseconds(1000));
    (void)harness_.Feed(Side::kInside, dialogue_.FromServer(kA, 1, 1));
    ClientSpeaks();
  }
  EXPECT_EQ(requests(), 1u);
}

// After a link came up again everybody may be elsewhere.
TEST_P(Neighbours, SuspectIsAskedAtOnce) {
  Splice();
  harness_.Advance(Milliseconds(1000));
  (void)harness_.Feed(Side::kInside, dialogue_.FromServer(kA, 1, 1));
  ClientSpeaks();
  EXPECT_EQ(requests(), 1u);
  harness_.shared().neighbours.SuspectAll();
  harness_.Advance(Milliseconds(10));
  ClientSpeaks();
  EXPECT_EQ(requests(), 2u);
}

// Requests for a service address that no backend owns are answered with the outside MAC.
TEST_P(Neighbours, ServiceAddressIsAnswered) {
  const NeighbourFrame request = ClientAsksFor(dialogue_.listener.address);
  EXPECT_EQ(harness_.Feed(Side::kOutside, request.Build()), Verdict::Bounce());
  const auto frames = harness_.Take(Side::kOutside);
  ASSERT_EQ(frames.size(), 1u);
  const auto answer = ReadNeighbourFrame(frames[0]);
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->answer);
  EXPECT_EQ(answer->source_mac, kOutsideMac);
  EXPECT_EQ(answer->destination_mac, kClientMac);
  EXPECT_EQ(answer->sender, dialogue_.listener.address);
  EXPECT_EQ(answer->sender_mac, kOutsideMac);
  EXPECT_EQ(answer->asked, dialogue_.client.address);
  EXPECT_EQ(answer->tags, request.tags);
  EXPECT_TRUE(harness_.IsQuiet()) << "and not bridged";
  EXPECT_EQ(harness_.Count(Event::kNeighbourAnswers), 1u);
}

TEST_P(Neighbours, EveryOtherRequestIsBridged) {
  for (const Address& address : {dialogue_.backend.address, dialogue_.client.address}) {
    const NeighbourFrame request = ClientAsksFor(address);
    EXPECT_EQ(harness_.Feed(Side::kOutside, request.Build()), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Side::kInside), std::vector<Bytes>{request.Build()});
  }
  ProxyHarness transparent(TransparentConfig());
  const NeighbourFrame request = ClientAsksFor(dialogue_.listener.address);
  EXPECT_EQ(transparent.Feed(Side::kOutside, request.Build()), Verdict::Forward())
      << "the server itself answers";
}

// A backend that speaks before anybody knows its MAC: its SYN-ACK splices, the way there is
// unknown.
TEST_P(Neighbours, UnknownNeighbourDropsByName) {
  dialogue_.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, FirstAck()), Verdict::Consumed());
  ExpectRequest();
  (void)harness_.Feed(Side::kInside, dialogue_.ServerSynAck());
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kP | kA, 1, 1, "data")),
            Verdict::Drop(Reason::kNeighbourUnknown));
}

}  // namespace
}  // namespace synsplice::test
