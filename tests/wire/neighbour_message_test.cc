#include "synsplice/wire/neighbour_message.h"

#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/example_frames.h"
#include "support/neighbour_frame.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

const Mac kOurMac = *ParseMac("02:00:00:00:00:99");

class Neighbour : public ::testing::TestWithParam<std::tuple<bool, size_t>> {
 protected:
  bool v6() const { return std::get<0>(GetParam()); }
  L2Header l2() const {
    const TcpFrame description = frame_;
    return L2Header::From(description.Build().data(), IpOffset(description));
  }
  NeighbourFrame Request() const {
    const Mac to = v6() ? *ParseMac("33:33:ff:00:00:10") : *ParseMac("ff:ff:ff:ff:ff:ff");
    return {
        frame_.source_mac,         to, frame_.tags, false, frame_.source.address, frame_.source_mac,
        frame_.destination.address};
  }

  TcpFrame frame_ = ExampleFrame(v6(), std::get<1>(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(All, Neighbour,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(0u, 1u, 2u)));

TEST_P(Neighbour, RequestIsRead) {
  const Parsed packet(Request().Build());
  const auto message = ParseNeighbourMessage(*packet);
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, NeighbourMessage::Kind::kRequest);
  EXPECT_EQ(message->target, frame_.destination.address);
  EXPECT_EQ(message->asker, frame_.source.address);
  EXPECT_EQ(message->mac, frame_.source_mac);
  EXPECT_EQ(message->mac_address, frame_.source.address);
}

TEST_P(Neighbour, AnswerIsRead) {
  NeighbourFrame answer = Request();
  answer.answer = true;
  const auto message = ParseNeighbourMessage(*Parsed(answer.Build()));
  ASSERT_TRUE(message);
  EXPECT_EQ(message->kind, NeighbourMessage::Kind::kAnswer);
  EXPECT_EQ(message->target, frame_.source.address);
  EXPECT_EQ(message->mac, frame_.source_mac);
  EXPECT_EQ(message->mac_address, frame_.source.address);
}

// RFC 5227 1.1: sender 0.0.0.0; RFC 4862 5.4.2: from :: without a link-layer option.
TEST_P(Neighbour, OurRequestClaimsNoAddress) {
  uint8_t memory[128];
  const uint32_t length =
      ComposeNeighbourRequest(memory, l2(), kOurMac, frame_.destination.address);
  const auto read = ReadNeighbourFrame(std::span(memory, length));
  ASSERT_TRUE(read);
  EXPECT_FALSE(read->answer);
  EXPECT_EQ(read->source_mac, kOurMac);
  EXPECT_EQ(read->destination_mac,
            v6() ? *ParseMac("33:33:ff:00:00:10") : *ParseMac("ff:ff:ff:ff:ff:ff"));
  EXPECT_EQ(read->tags, frame_.tags);
  EXPECT_EQ(read->sender, *ParseAddress(v6() ? "::" : "0.0.0.0"));
  EXPECT_EQ(read->sender_mac, v6() ? std::nullopt : std::optional(kOurMac));
  EXPECT_EQ(read->asked, frame_.destination.address);
  EXPECT_EQ(read->hop_limit, 255);
}

TEST_P(Neighbour, OurAnswerTellsOurMac) {
  const Parsed packet(Request().Build());
  const auto request = ParseNeighbourMessage(*packet);
  uint8_t memory[128];
  const uint32_t length =
      ComposeNeighbourAnswer(memory, L2Header::From(packet->data(), packet->l3), kOurMac, *request);
  const auto read = ReadNeighbourFrame(std::span(memory, length));
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->answer);
  EXPECT_EQ(read->source_mac, kOurMac);
  EXPECT_EQ(read->destination_mac, frame_.source_mac);
  EXPECT_EQ(read->tags, frame_.tags);
  EXPECT_EQ(read->sender, frame_.destination.address);
  EXPECT_EQ(read->sender_mac, kOurMac);
  EXPECT_EQ(read->asked, frame_.source.address);
}

TEST(NeighbourDiscovery, ProbeIsAnsweredToAllNodes) {
  const TcpFrame frame = ExampleFrame(true, 0);
  const NeighbourFrame probe{
      frame.source_mac, *ParseMac("33:33:ff:00:00:10"), {}, false, *ParseAddress("::"),
      std::nullopt,     frame.destination.address};
  const Parsed packet(probe.Build());
  const auto request = ParseNeighbourMessage(*packet);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->mac, std::nullopt);
  uint8_t memory[128];
  const uint32_t length =
      ComposeNeighbourAnswer(memory, L2Header::From(packet->data(), packet->l3), kOurMac, *request);
  const auto read = ReadNeighbourFrame(std::span(memory, length));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->destination_mac, *ParseMac("33:33:00:00:00:01"));
  EXPECT_EQ(read->asked, *ParseAddress("ff02::1"));
  EXPECT_EQ(memory[14 + 40 + 4] & 0x40, 0) << "an answer to a probe is not solicited";
}

// RFC 4861 7.1: a router may have forwarded it, or it is damaged.
TEST(NeighbourDiscovery, HopLimitAndChecksumAreRequired) {
  const TcpFrame frame = ExampleFrame(true, 0);
  NeighbourFrame request{
      frame.source_mac, frame.destination_mac,     {}, false, frame.source.address,
      frame.source_mac, frame.destination.address, 254};
  EXPECT_FALSE(ParseNeighbourMessage(*Parsed(request.Build())));
  request.hop_limit = 255;
  Bytes bytes = request.Build();
  EXPECT_TRUE(ParseNeighbourMessage(*Parsed(bytes)));
  bytes.back() ^= 1;
  EXPECT_FALSE(ParseNeighbourMessage(*Parsed(bytes)));
}

// Whoever sends more of them costs no more.
TEST(NeighbourDiscovery, MacIsLookedForInSixteenOptions) {
  const TcpFrame frame = ExampleFrame(true, 0);
  const NeighbourFrame request{
      frame.source_mac, frame.destination_mac,    {}, false, frame.source.address,
      frame.source_mac, frame.destination.address};
  const Bytes nonce = {14, 1, 0, 0, 0, 0, 0, 0};
  Bytes bytes = request.Build();
  constexpr size_t kIcmp = 14 + 40, kOptions = kIcmp + 24;
  const auto mac_behind = [&](size_t others) {
    Bytes more = bytes;
    for (size_t i = 0; i < others; ++i) {
      more.insert(more.begin() + kOptions, nonce.begin(), nonce.end());
    }
    Set16(more, 14 + 4, static_cast<unsigned>(more.size() - kIcmp));
    Set16(more, kIcmp + 2, 0);
    const Address group = Address::FromWire(&more[14 + 24], true);
    Set16(more, kIcmp + 2,
          SlowTransportChecksum(frame.source.address, group, 58,
                                Bytes(more.begin() + kIcmp, more.end())));
    return ParseNeighbourMessage(*Parsed(more)).value().mac;
  };
  EXPECT_EQ(mac_behind(15), frame.source_mac);
  EXPECT_EQ(mac_behind(16), std::nullopt);
}

TEST(NeighbourDiscovery, MappedTargetIsNobodys) {
  const TcpFrame frame = ExampleFrame(true, 0);
  const NeighbourFrame request{
      frame.source_mac, frame.destination_mac,    {}, false, frame.source.address,
      frame.source_mac, frame.destination.address};
  Bytes bytes = request.Build();
  const auto message = bytes.begin() + 14 + 40;
  const Address mapped = *ParseAddress("198.18.0.10");
  std::copy(mapped.bytes.begin(), mapped.bytes.end(), message + 8);
  const Bytes body(message, bytes.end());
  Address group = *ParseAddress("ff02::1:ff00:0");
  std::copy_n(frame.destination.address.bytes.end() - 3, 3, group.bytes.end() - 3);
  Set16(bytes, 14 + 40 + 2, SlowTransportChecksum(frame.source.address, group, 58, body));
  EXPECT_FALSE(ParseNeighbourMessage(*Parsed(bytes)));
}

TEST(NeighbourMessages, OthersAreNone) {
  EXPECT_FALSE(ParseNeighbourMessage(*Parsed(ExampleFrame(false, 0).Build())));
  const TcpFrame frame = ExampleFrame(false, 0);
  NeighbourFrame request{
      frame.source_mac, frame.destination_mac,    {}, false, frame.source.address,
      frame.source_mac, frame.destination.address};
  Bytes reverse_arp = request.Build();
  reverse_arp[14 + 7] = 3;
  EXPECT_FALSE(ParseNeighbourMessage(*Parsed(reverse_arp)));
}

}  // namespace
}  // namespace synsplice::test
