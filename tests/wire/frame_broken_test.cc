// Frames that lie: lengths, versions, fragments, extension headers.
#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/example_frames.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

constexpr uint8_t kHopByHop = 0, kRouting = 43, kFragmentHeader = 44, kDestinationOptions = 60;

void ExpectBroken(const Bytes& bytes, Reason reason) {
  const Parsed packet(bytes);
  EXPECT_EQ(packet->kind, Packet::Kind::kBroken);
  EXPECT_EQ(packet->reason, reason) << Label(packet->reason);
  EXPECT_EQ(packet->destination.address, ExampleFrame(packet->v6, 0).destination.address);
}

class BrokenFrame : public ::testing::TestWithParam<bool> {
 protected:
  TcpFrame frame_ = ExampleFrame(GetParam(), 0);
  Bytes bytes_ = frame_.Build();
  size_t ip_ = IpOffset(frame_);
  size_t tcp_ = TcpOffset(frame_);
};

INSTANTIATE_TEST_SUITE_P(Families, BrokenFrame, ::testing::Bool(),
                         [](const auto& info) { return info.param ? "v6" : "v4"; });

TEST_P(BrokenFrame, IpLengthBeyondTheFrame) {
  const size_t field = ip_ + (GetParam() ? 4 : 2);
  Set16(bytes_, field, Get16(bytes_, field) + 1);
  ExpectBroken(bytes_, Reason::kBadIpLength);
  Set16(bytes_, field, 0xffff);
  ExpectBroken(bytes_, Reason::kBadIpLength);
}

TEST_P(BrokenFrame, IpLengthEndsInsideTcp) {
  const size_t field = ip_ + (GetParam() ? 4 : 2);
  const unsigned base = GetParam() ? 0 : 20;
  for (unsigned length = 0; length < 20; ++length) {
    Set16(bytes_, field, base + length);
    ExpectBroken(bytes_, Reason::kTruncated);
  }
}

TEST_P(BrokenFrame, DataOffset) {
  const size_t most = (bytes_.size() - tcp_) / 4;
  for (unsigned words = 0; words < 16; ++words) {
    bytes_[tcp_ + 12] = static_cast<uint8_t>(words << 4);
    if (words < 5 || words > most) {
      ExpectBroken(bytes_, Reason::kBadTcpOffset);
    } else {
      EXPECT_NE(Parsed(bytes_)->reason, Reason::kBadTcpOffset) << words;
    }
  }
}

TEST_P(BrokenFrame, PortsOfABrokenSegmentAreRead) {
  bytes_[tcp_ + 12] = 0x10;
  const Parsed packet(bytes_);
  EXPECT_EQ(packet->source, frame_.source);
  EXPECT_EQ(packet->destination, frame_.destination);
  EXPECT_EQ(packet->protocol, 6);
}

// Whose it is does not hang on what stands behind its ports.
TEST_P(BrokenFrame, PortsAtTheVeryEndAreRead) {
  Set16(bytes_, ip_ + (GetParam() ? 4 : 2), GetParam() ? 4 : 24);
  bytes_.resize(tcp_ + 4);
  const Parsed packet(bytes_);
  EXPECT_EQ(packet->reason, Reason::kTruncated);
  EXPECT_EQ(packet->source, frame_.source);
  EXPECT_EQ(packet->destination, frame_.destination);
}

TEST_P(BrokenFrame, WrongVersionIsNobodys) {
  bytes_[ip_] = static_cast<uint8_t>(bytes_[ip_] ^ 0x20);
  EXPECT_EQ(Parsed(bytes_)->kind, Packet::Kind::kOther);
}

TEST(BrokenIpv4, HeaderLength) {
  Bytes bytes = ExampleFrame(false, 0).Build();
  for (uint8_t words = 0; words < 5; ++words) {
    bytes[14] = static_cast<uint8_t>(0x40 | words);
    ExpectBroken(bytes, Reason::kBadIpHeader);
  }
  bytes[14] = 0x4f;
  ExpectBroken(Bytes(bytes.begin(), bytes.begin() + 14 + 59), Reason::kBadIpHeader);
  bytes[14] = 0x45;
  Set16(bytes, 16, 19);
  ExpectBroken(bytes, Reason::kBadIpLength);
}

TEST(BrokenIpv4, OptionsAreSkipped) {
  Bytes bytes = ExampleFrame(false, 0).Build();
  const uint8_t router_alert[] = {0x94, 4, 0, 0};
  bytes.insert(bytes.begin() + 34, router_alert, router_alert + 4);
  bytes[14] = 0x46;
  Set16(bytes, 16, Get16(bytes, 16) + 4);
  Set16(bytes, 24, 0);
  Set16(bytes, 24, SlowChecksum(std::span(bytes).subspan(14, 24)));
  const Parsed packet(bytes);
  ASSERT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->l4, 38);
  EXPECT_EQ(JudgeChecksums(*packet), Reason::kNone);
}

// Rule 24: first fragments name their ports, later ones do not.
TEST(BrokenIpv4, Fragments) {
  TcpFrame frame = ExampleFrame(false, 0);
  frame.payload.resize(64);
  Bytes bytes = frame.Build();
  bytes.resize(bytes.size() - (bytes.size() - TcpOffset(frame)) % 8);
  Set16(bytes, 16, static_cast<unsigned>(bytes.size() - 14));
  Set16(bytes, 18, 0xabcd);
  Set16(bytes, 20, 0x2000);
  const Parsed first(bytes);
  ASSERT_EQ(first->kind, Packet::Kind::kTcp);
  EXPECT_EQ(first->destination.port, 80);
  EXPECT_EQ(first->fragment.begin, TcpOffset(frame));
  EXPECT_TRUE(first->fragment.more);
  for (const unsigned offset : {2u, 185u}) {
    Set16(bytes, 20, offset);
    const Parsed later(bytes);
    EXPECT_EQ(later->kind, Packet::Kind::kLaterFragment);
    EXPECT_EQ(later->fragment.id, 0xabcdu);
    EXPECT_EQ(later->fragment.offset, offset);
    EXPECT_FALSE(later->fragment.more);
    EXPECT_EQ(later->destination.port, 0);
  }
  Set16(bytes, 20, 1);
  ExpectBroken(bytes, Reason::kTinyFragment);
  Set16(bytes, 20, 0x1fff);
  ExpectBroken(bytes, Reason::kBadFragment);
  Set16(bytes, 20, 0x4000);
  EXPECT_EQ(Parsed(bytes)->kind, Packet::Kind::kTcp);
}

TEST(BrokenIpv4, FragmentsOfOthersAreOther) {
  Bytes bytes = ExampleFrame(false, 0).Build();
  bytes[14 + 9] = 17;
  for (const unsigned field : {0u, 0x2000u, 0x2001u, 5u}) {
    Set16(bytes, 20, field);
    EXPECT_EQ(Parsed(bytes)->kind, Packet::Kind::kOther);
  }
}

// Never on the wire; read as IPv4 they would name an IPv4 service.
TEST(BrokenIpv6, MappedAddressesAreBroken) {
  TcpFrame frame = ExampleFrame(true, 0);
  const size_t source = IpOffset(frame) + 8, destination = source + 16;
  for (const size_t field : {source, destination}) {
    Bytes bytes = frame.Build();
    const Address mapped = *ParseAddress("198.18.0.10");
    std::copy(mapped.bytes.begin(), mapped.bytes.end(),
              bytes.begin() + static_cast<ptrdiff_t>(field));
    const Parsed packet(bytes);
    EXPECT_EQ(packet->kind, Packet::Kind::kBroken);
    EXPECT_EQ(packet->reason, Reason::kBadIpHeader);
    EXPECT_EQ(packet->destination.port, frame.destination.port);
  }
}

class Extensions : public ::testing::Test {
 protected:
  void Insert(uint8_t kind, Bytes header) { InsertExtension(frame_, bytes_, kind, header); }

  TcpFrame frame_ = ExampleFrame(true, 1);
  Bytes bytes_ = frame_.Build();
};

TEST_F(Extensions, AreWalkedToTcp) {
  Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  Insert(kRouting, {0, 2, 4, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1});
  Insert(kHopByHop, {0, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const Parsed packet(bytes_);
  ASSERT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->l4, TcpOffset(frame_) + 8 + 24 + 16);
  EXPECT_EQ(packet->source, frame_.source);
  EXPECT_EQ(packet->seq, frame_.seq);
  EXPECT_EQ(JudgeChecksums(*packet), Reason::kNone);
}

TEST_F(Extensions, EveryTruncationOfAChain) {
  Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  Insert(kHopByHop, {0, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  for (size_t length = TcpOffset(frame_); length < bytes_.size(); ++length) {
    const Parsed packet(Prefix(bytes_, length));
    EXPECT_EQ(packet->kind, Packet::Kind::kBroken) << length;
    EXPECT_EQ(packet->destination.address, frame_.destination.address) << length;
  }
}

TEST_F(Extensions, TooMany) {
  for (int i = 0; i < 8; ++i) Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  EXPECT_EQ(Parsed(bytes_)->kind, Packet::Kind::kTcp);
  Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  ExpectBroken(bytes_, Reason::kExtensionHeaders);
  EXPECT_EQ(Parsed(bytes_)->destination.port, frame_.destination.port);
}

// Whether it is TCP is looked for in so many.
TEST_F(Extensions, TooManyInFrontOfAnother) {
  bytes_[IpOffset(frame_) + 6] = 17;
  for (int i = 0; i < 64; ++i) Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  EXPECT_EQ(Parsed(bytes_)->kind, Packet::Kind::kOther);
  EXPECT_EQ(Parsed(bytes_)->protocol, 17);
  Insert(kDestinationOptions, {0, 0, 1, 4, 0, 0, 0, 0});
  ExpectBroken(bytes_, Reason::kExtensionHeaders);
}

TEST_F(Extensions, LengthBeyondThePacket) {
  Insert(kDestinationOptions, {0, 255, 1, 4, 0, 0, 0, 0});
  ExpectBroken(bytes_, Reason::kExtensionHeaders);
}

TEST_F(Extensions, RoutingHeader) {
  const Bytes clean = bytes_;
  Insert(kRouting, {0, 0, 0, 0, 0, 0, 0, 0});  // type 0, RFC 5095
  ExpectBroken(bytes_, Reason::kRoutingHeader);
  bytes_ = clean;
  Insert(kRouting, {0, 0, 4, 1, 0, 0, 0, 0});  // segments left
  ExpectBroken(bytes_, Reason::kRoutingHeader);
}

TEST_F(Extensions, AtomicFragmentIsAWholePacket) {
  Insert(kFragmentHeader, {0, 0, 0, 0, 1, 2, 3, 4});
  const Parsed packet(bytes_);
  EXPECT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->l4, TcpOffset(frame_) + 8);
}

TEST_F(Extensions, Fragments) {
  const Bytes clean = bytes_;
  Insert(kFragmentHeader, {0, 0, 0, 8, 1, 2, 3, 4});  // the last
  const Parsed later(bytes_);
  EXPECT_EQ(later->kind, Packet::Kind::kLaterFragment);
  EXPECT_EQ(later->fragment.id, 0x01020304u);
  EXPECT_EQ(later->fragment.offset, 1);
  EXPECT_EQ(later->fragment.begin, TcpOffset(frame_) + 8);
  EXPECT_EQ(later->destination.port, 0);
  bytes_ = clean;
  Insert(kFragmentHeader, {0, 0, 0, 8, 1, 2, 3, 4});
  Insert(kFragmentHeader, {0, 0, 0, 1, 1, 2, 3, 4});
  ExpectBroken(bytes_, Reason::kExtensionHeaders);  // a fragment in a fragment
}

TEST_F(Extensions, OtherProtocolsAreOther) {
  for (const uint8_t protocol : {17, 50, 51, 59, 132}) {
    bytes_[IpOffset(frame_) + 6] = protocol;
    EXPECT_EQ(Parsed(bytes_)->kind, Packet::Kind::kOther) << int{protocol};
  }
}

}  // namespace
}  // namespace synsplice::test
