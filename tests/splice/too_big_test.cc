// Rule 16: the backend's MSS is smaller than promised; longer segments are answered by ICMP.
#include "support/dialogue.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

class TooBig : public DialogueTest {
 protected:
  void Splice(bool v6, uint16_t server_mss) {
    harness_.emplace(TransparentConfig());
    DialogueSetup setup;
    setup.v6 = v6;
    setup.server.mss = server_mss;
    dialogue_.emplace(*harness_, setup);
    dialogue_->Splice();
    harness_->Take(Side::kInside);
  }
  TcpFrame Data(size_t length) { return dialogue_->FromClient(kA, 1, 1, std::string(length, 'x')); }
  Bytes Error(const TcpFrame& quoted, uint16_t mtu) {
    IcmpError error;
    error.source_mac = kServerMac;
    error.destination_mac = kClientMac;
    error.source = dialogue_->listener.address;
    error.destination = dialogue_->client.address;
    error.type = quoted.v6() ? 2 : 3;
    error.code = quoted.v6() ? 0 : 4;
    error.rest = mtu;
    error.quoted = quoted;
    error.quoted_tcp = 20;
    return error.Build();
  }

  std::optional<ProxyHarness> harness_;
  std::optional<Dialogue> dialogue_;
};

// An MSS counts no options (RFC 6691): twelve bytes of time stamps are in the 1300.
TEST_F(TooBig, LongerSegmentsAreAnswered) {
  for (const bool v6 : {false, true}) {
    Splice(v6, 1300);
    const TcpFrame longer = Data(1289);
    EXPECT_EQ(harness_->Feed(Side::kOutside, longer), Verdict::Bounce());
    EXPECT_EQ(harness_->Take(Side::kOutside), std::vector<Bytes>{Error(longer, v6 ? 1360 : 1340)});
    EXPECT_EQ(harness_->Count(Event::kTooBigSent), 1u);
    dialogue_->ClientSays(kA, 1, 1, std::string(1288, 'x'));
  }
}

// What it quotes would be the damage.
TEST_F(TooBig, DamagedSegmentsAreNotAnswered) {
  Splice(false, 1300);
  const TcpFrame longer = Data(1289);
  Bytes damaged = longer.Build();
  damaged[TcpOffset(longer) + 5] ^= 1;
  EXPECT_EQ(harness_->Feed(Side::kOutside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
}

TEST_F(TooBig, NothingWasTracked) {
  Splice(false, 1300);
  EXPECT_EQ(harness_->Feed(Side::kOutside, Data(1289)), Verdict::Bounce());
  const auto flow = harness_->FlowOf(Side::kOutside, dialogue_->FromClient(kA, 1, 1));
  EXPECT_EQ(flow->client_end.value, dialogue_->isn_c + 1);
}

TEST_F(TooBig, WithoutDontFragmentItPasses) {
  Splice(false, 1300);
  const TcpFrame longer = Data(1400);
  Bytes frame = longer.Build();
  frame[IpOffset(longer) + 6] = 0;
  RepairChecksums(longer, frame);
  EXPECT_EQ(harness_->Feed(Side::kOutside, frame), Verdict::Forward());
}

// No IPv6 sender goes below 1280 bytes (RFC 8200 5): saying so would end nothing.
TEST_F(TooBig, BelowTheSmallestIpv6LinkItPasses) {
  Splice(true, 1219);
  dialogue_->ClientSays(kA, 1, 1, std::string(1400, 'x'));
  Splice(true, 1220);
  EXPECT_EQ(harness_->Feed(Side::kOutside, Data(1400)), Verdict::Bounce());
}

TEST_F(TooBig, LargerOrEqualMssIsNoMatter) {
  for (const uint16_t mss : {uint16_t{1460}, uint16_t{8960}}) {
    Splice(false, mss);
    dialogue_->ClientSays(kA, 1, 1, std::string(1448, 'x'));
  }
}

}  // namespace
}  // namespace synsplice::test
