// Rule 23: ICMP errors about spliced segments; rule 14's are in backend_test.cc.
#include "edge/icmp_errors.h"

#include "support/dialogue.h"
#include "support/icmp_frame.h"
#include "synsplice/proxy/owner.h"

namespace synsplice::test {
namespace {

const Address kRouter = *ParseAddress("198.18.0.77"), kRouter6 = *ParseAddress("2001:db8::77");

class IcmpErrors : public DialogueTest {
 protected:
  // Four bytes each way are under way behind two that were acknowledged.
  void Connect(const DialogueSetup& setup) {
    harness_.emplace(setup.nat ? NatConfig() : TransparentConfig());
    dialogue_.emplace(*harness_, setup);
    dialogue_->Splice();
    harness_->Take(Side::kInside);
    dialogue_->ClientSays(kP | kA, 1, 1, "ab");
    dialogue_->ServerSays(kP | kA, 1, 3, "ab");
    dialogue_->ClientSays(kP | kA, 3, 3, "data");
    dialogue_->ServerSays(kP | kA, 3, 3, "data");
  }
  // Without time stamps every byte of a quote is known.
  static DialogueSetup Wire(bool v6, bool nat, bool tagged) {
    DialogueSetup setup;
    setup.v6 = v6;
    setup.nat = nat;
    if (tagged) setup.tags = {0x2064, 0xe000, 0x00c8};
    setup.client = WindowsOptions();
    return setup;
  }
  IcmpError Error(const TcpFrame& quoted, const Address& source, size_t quoted_tcp = 28) const {
    IcmpError error;
    error.tags = dialogue_->setup.tags;
    error.source = source;
    error.destination = quoted.source.address;
    error.type = source.IsV4() ? 3 : 1;
    error.quoted = quoted;
    error.quoted_tcp = quoted_tcp;
    return error;
  }
  // About the client's four bytes, as the server's side saw them, and as the client must see it.
  IcmpError FromInside(const Address& source, size_t quoted_tcp = 28) const {
    IcmpError error = Error(dialogue_->ToServer(kP | kA, 3, 3, "data"), source, quoted_tcp);
    error.source_mac = kServerMac;
    error.destination_mac = kClientMac;
    return error;
  }
  IcmpError ForClient(const IcmpError& error) const {
    IcmpError expected = error;
    expected.quoted = dialogue_->FromClient(kP | kA, 3, 3, "data");
    if (error.source != dialogue_->backend.address) return expected;
    expected.source = dialogue_->listener.address;
    if (dialogue_->setup.nat) expected.source_mac = kOutsideMac;
    return expected;
  }
  // About the server's four bytes.
  IcmpError FromOutside(const Address& source, size_t quoted_tcp = 28) const {
    IcmpError error = Error(dialogue_->ToClient(kP | kA, 3, 3, "data"), source, quoted_tcp);
    error.source_mac = kClientMac;
    error.destination_mac = dialogue_->setup.nat ? kOutsideMac : kServerMac;
    return error;
  }
  IcmpError ForServer(const IcmpError& error) const {
    IcmpError expected = error;
    expected.quoted = dialogue_->FromServer(kP | kA, 3, 3, "data");
    expected.destination = dialogue_->backend.address;
    if (dialogue_->setup.nat) expected.destination_mac = kBackendMac;
    return expected;
  }
  IcmpError TooBig(IcmpError error, uint32_t mtu) const {
    error.type = error.source.IsV4() ? 3 : 2;
    error.code = error.source.IsV4() ? 4 : 0;
    error.rest = mtu;
    return error;
  }
  void ExpectTranslated(Side side, const IcmpError& error, const IcmpError& expected) {
    EXPECT_EQ(harness_->Feed(side, error.Build()), Verdict::Forward());
    EXPECT_EQ(harness_->Take(Other(side)), std::vector<Bytes>{expected.Build()});
    EXPECT_TRUE(harness_->IsQuiet());
  }
  void ExpectDropped(Side side, const Bytes& frame, Reason reason) {
    EXPECT_EQ(harness_->Feed(side, frame), Verdict::Drop(reason));
    EXPECT_TRUE(harness_->IsQuiet());
  }
  void ExpectBridged(Side side, const Bytes& frame) {
    EXPECT_EQ(harness_->Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness_->Take(Other(side)), std::vector<Bytes>{frame});
  }
  // The MTU that the sender is told when `side` tells `mtu`.
  uint32_t MtuFrom(Side side, uint32_t mtu) {
    const IcmpError error = TooBig(side == Side::kOutside ? FromOutside(dialogue_->client.address)
                                                          : FromInside(dialogue_->backend.address),
                                   mtu);
    EXPECT_EQ(harness_->Feed(side, error.Build()), Verdict::Forward());
    const auto frames = harness_->Take(Other(side));
    const auto read = frames.empty() ? std::nullopt : ReadIcmpError(frames.front());
    EXPECT_TRUE(read);
    return read ? read->rest : 0;
  }

  std::optional<ProxyHarness> harness_;
  std::optional<Dialogue> dialogue_;
};

// Every length of quote: from the least (sequence number) over the acknowledgement and the checksum
// to the whole segment.
TEST_F(IcmpErrors, EveryWireAndLengthOfQuote) {
  for (int wire = 0; wire < 8; ++wire) {
    SCOPED_TRACE(wire);
    const bool v6 = wire & 1;
    Connect(Wire(v6, wire & 2, wire & 4));
    for (const size_t quoted : {8, 12, 16, 18, 20, 24}) {
      SCOPED_TRACE(quoted);
      for (const Address& source : {v6 ? kRouter6 : kRouter, dialogue_->backend.address}) {
        const IcmpError error = FromInside(source, quoted);
        ExpectTranslated(Side::kInside, error, ForClient(error));
      }
      for (const Address& source : {v6 ? kRouter6 : kRouter, dialogue_->client.address}) {
        const IcmpError error = FromOutside(source, quoted);
        ExpectTranslated(Side::kOutside, error, ForServer(error));
      }
    }
    EXPECT_EQ(harness_->Count(Event::kIcmpTranslated), 24u);
  }
}

TEST_F(IcmpErrors, EveryTypeOfError) {
  for (const bool v6 : {false, true}) {
    Connect(Wire(v6, true, false));
    for (const uint8_t type :
         v6 ? std::vector<uint8_t>{1, 2, 3, 4} : std::vector<uint8_t>{3, 11, 12}) {
      IcmpError error = FromInside(v6 ? kRouter6 : kRouter);
      error.type = type;
      if (v6 && type == 2) error.rest = 1400;
      ExpectTranslated(Side::kInside, error, ForClient(error));
    }
  }
}

// RFC 5927 4.1. From the first byte that is not acknowledged to the end of what was sent.
TEST_F(IcmpErrors, OnlyAboutWhatIsUnderWay) {
  Connect(Wire(false, true, false));
  for (const int32_t seq : {2, 3, 7, 8}) {
    const bool good = seq == 3 || seq == 7;
    SCOPED_TRACE(seq);
    IcmpError error = FromInside(kRouter, 8);
    error.quoted.seq = dialogue_->isn_c + static_cast<uint32_t>(seq);
    EXPECT_EQ(harness_->Feed(Side::kInside, error.Build()),
              good ? Verdict::Forward() : Verdict::Drop(Reason::kIcmpOutOfPlace));
    error = FromOutside(kRouter, 8);
    error.quoted.seq = dialogue_->isn_p + static_cast<uint32_t>(seq);
    EXPECT_EQ(harness_->Feed(Side::kOutside, error.Build()),
              good ? Verdict::Forward() : Verdict::Drop(Reason::kIcmpOutOfPlace));
  }
}

// Routers quote much less: RFC 1812 4.3.2.3, RFC 4443 2.4.
TEST_F(IcmpErrors, NoneIsLongerThanAnyPacket) {
  for (const bool v6 : {false, true}) {
    Connect(Wire(v6, true, false));
    IcmpError error = FromInside(v6 ? kRouter6 : kRouter);
    error.quoted.payload.assign(1500, 'd');
    const size_t headers = v6 ? 40 + 8 + 40 : 20 + 8 + 20;
    error.quoted_tcp = 1500 - headers;
    EXPECT_EQ(harness_->Feed(Side::kInside, error.Build()), Verdict::Forward());
    harness_->Take(Side::kOutside);
    ++error.quoted_tcp;
    ExpectDropped(Side::kInside, error.Build(), Reason::kIcmpOutOfPlace);
  }
}

TEST_F(IcmpErrors, DamagedOnesAreDropped) {
  for (const bool v6 : {false, true}) {
    Connect(Wire(v6, true, false));
    Bytes inside = FromInside(v6 ? kRouter6 : kRouter).Build();
    inside.back() ^= 1;
    ExpectDropped(Side::kInside, inside, Reason::kBadIcmpChecksum);
    Bytes outside = FromOutside(v6 ? kRouter6 : kRouter).Build();
    outside.back() ^= 1;
    ExpectDropped(Side::kOutside, outside, Reason::kBadIcmpChecksum);
  }
}

// The server's segments are shorter by the time stamps than those that were too big.
TEST_F(IcmpErrors, MtuLeavesRoomForMadeTimestamps) {
  for (const bool v6 : {false, true}) {
    DialogueSetup setup;
    setup.v6 = v6;
    setup.nat = true;
    setup.server.timestamps.reset();
    Connect(setup);
    EXPECT_EQ(MtuFrom(Side::kOutside, 1400), 1388u);
    EXPECT_EQ(MtuFrom(Side::kInside, 1400), 1400u) << "the client's do not grow";
    EXPECT_EQ(MtuFrom(Side::kOutside, 1292), 1280u);
    EXPECT_EQ(MtuFrom(Side::kOutside, 1291), v6 ? 1280u : 1279u);
  }
}

TEST_F(IcmpErrors, MtuIsNotBelowWhatEveryLinkCarries) {
  Connect(Wire(true, false, false));
  EXPECT_EQ(MtuFrom(Side::kOutside, 1280), 1280u);
  EXPECT_EQ(MtuFrom(Side::kOutside, 1000), 1280u);
  EXPECT_EQ(MtuFrom(Side::kInside, 1000), 1280u);
  EXPECT_EQ(MtuFrom(Side::kOutside, 70000), 65535u);
  Connect(Wire(false, false, false));
  EXPECT_EQ(MtuFrom(Side::kOutside, 68), 68u);
  EXPECT_EQ(MtuFrom(Side::kOutside, 20), 68u);
  EXPECT_EQ(MtuFrom(Side::kInside, 20), 68u);
  EXPECT_EQ(MtuFrom(Side::kOutside, 0), 0u) << "a router of before RFC 1191";
}

TEST_F(IcmpErrors, TooBigFromInsideTellsWhatItTells) {
  Connect(Wire(false, true, false));
  const IcmpError error = TooBig(FromInside(kRouter), 1400);
  ExpectTranslated(Side::kInside, error, ForClient(error));
}

// Nobody owns a NAT service's address, and the client knows no backend.
TEST_F(IcmpErrors, WithoutFlow) {
  for (const bool nat : {false, true}) {
    Connect(Wire(false, nat, false));
    IcmpError inside = FromInside(kRouter), outside = FromOutside(kRouter);
    inside.quoted.source.port = outside.quoted.destination.port = 1;
    if (nat) {
      ExpectDropped(Side::kInside, inside.Build(), Reason::kIcmpWithoutFlow);
      ExpectDropped(Side::kOutside, outside.Build(), Reason::kIcmpWithoutFlow);
    } else {
      ExpectBridged(Side::kInside, inside.Build());
      ExpectBridged(Side::kOutside, outside.Build());
    }
  }
}

TEST_F(IcmpErrors, OfAnotherVlanAreAboutAnotherFlow) {
  Connect(Wire(false, true, true));
  IcmpError error = FromInside(kRouter);
  error.tags = {0x2064, 0x00c9};
  ExpectDropped(Side::kInside, error.Build(), Reason::kIcmpWithoutFlow);
}

TEST_F(IcmpErrors, AboutOthersAreBridged) {
  Connect(Wire(false, false, false));
  IcmpError inside = FromInside(kRouter), outside = FromOutside(kRouter);
  inside.quoted.destination.port = outside.quoted.source.port = 81;
  ExpectBridged(Side::kInside, inside.Build());
  ExpectBridged(Side::kOutside, outside.Build());
}

// D is not known yet; from inside only a refusal of our SYN counts (rule 14).
TEST_F(IcmpErrors, WhileWaiting) {
  harness_.emplace(TransparentConfig());
  dialogue_.emplace(*harness_, Wire(false, false, false));
  dialogue_->Open();
  dialogue_->Validate();
  ExpectDropped(Side::kOutside, Error(dialogue_->CookieSynAck(), kRouter).Build(),
                Reason::kIcmpOutOfPlace);
  const TcpFrame syn = dialogue_->BackendSyn();
  ExpectDropped(Side::kInside, TooBig(Error(syn, kRouter), 1400).Build(), Reason::kIcmpOutOfPlace);
  IcmpError other = Error(syn, kRouter);
  ++other.quoted.seq;
  ExpectDropped(Side::kInside, other.Build(), Reason::kIcmpOutOfPlace);
  EXPECT_EQ(dialogue_->phase(), Phase::kWaiting);
}

TEST_F(IcmpErrors, OnRefusedFlow) {
  harness_.emplace(TransparentConfig());
  dialogue_.emplace(*harness_, Wire(false, false, false));
  dialogue_->Open();
  dialogue_->Validate();
  const TcpFrame syn = dialogue_->BackendSyn();
  EXPECT_EQ(harness_->Feed(Side::kInside, Error(syn, kRouter).Build()), Verdict::Forward());
  harness_->Take(Side::kOutside);
  EXPECT_EQ(dialogue_->phase(), Phase::kRefused);
  ExpectDropped(Side::kInside, Error(syn, kRouter).Build(), Reason::kIcmpOutOfPlace);
}

// Such connections are not translated at all (rule 27).
TEST_F(IcmpErrors, AboutServerOpenedFlowsAreBridged) {
  harness_.emplace(TransparentConfig());
  dialogue_.emplace(*harness_, Wire(false, false, false));
  TcpFrame syn = dialogue_->FromServer(kS, 0, 0);
  EXPECT_EQ(harness_->Feed(Side::kInside, syn), Verdict::Forward());
  harness_->Take(Side::kOutside);
  ExpectBridged(Side::kOutside, Error(syn, kRouter).Build());
}

// Several workers: the quoted client's worker judges, whichever side the error comes from.
TEST_F(IcmpErrors, BelongToTheWorkerOfTheQuotedClient) {
  Connect(Wire(false, true, false));
  constexpr unsigned kWorkers = 16;
  FragmentNotes fragments({1, 2});
  const auto owner = [&](Side side, const Bytes& frame) {
    return OwnerOf({{1, 2}, kWorkers}, harness_->policy(), fragments, side, frame);
  };
  const auto of_client = owner(Side::kOutside, dialogue_->FromClient(kA, 1, 1).Build());
  ASSERT_TRUE(of_client);
  EXPECT_EQ(owner(Side::kInside, FromInside(kRouter).Build()), of_client);
  EXPECT_EQ(owner(Side::kOutside, FromOutside(kRouter).Build()), of_client);
}

}  // namespace
}  // namespace synsplice::test
