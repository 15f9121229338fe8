#include "synsplice/wire/frame.h"

#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/example_frames.h"
#include "support/icmp_frame.h"
#include "support/neighbour_frame.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

class FrameOfKind : public ::testing::TestWithParam<std::tuple<bool, size_t>> {
 protected:
  TcpFrame frame_ = ExampleFrame(std::get<0>(GetParam()), std::get<1>(GetParam()));
};

INSTANTIATE_TEST_SUITE_P(All, FrameOfKind,
                         ::testing::Combine(::testing::Bool(), ::testing::Values(0u, 1u, 2u)));

TEST_P(FrameOfKind, FieldsAreRead) {
  const Parsed packet(frame_.Build());
  ASSERT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->reason, Reason::kNone);
  EXPECT_EQ(packet->v6, frame_.v6());
  EXPECT_EQ(packet->protocol, 6);
  EXPECT_EQ(packet->tags, frame_.tags.size());
  EXPECT_EQ(packet->vids.outer, frame_.tags.size() > 0 ? 0x123 : 0);
  EXPECT_EQ(packet->vids.inner, frame_.tags.size() > 1 ? 0x456 : 0);
  EXPECT_EQ(packet->l3, IpOffset(frame_));
  EXPECT_EQ(packet->l4, TcpOffset(frame_));
  EXPECT_EQ(packet->source, frame_.source);
  EXPECT_EQ(packet->destination, frame_.destination);
  EXPECT_EQ(packet->seq, frame_.seq);
  EXPECT_EQ(packet->ack, frame_.ack);
  EXPECT_EQ(packet->flags, frame_.flags);
  EXPECT_EQ(packet->window, frame_.window);
  EXPECT_EQ(packet->payload_length(), frame_.payload.size());
  EXPECT_EQ(packet->options.timestamps_offset, 22);
  EXPECT_EQ(packet->options.sack_offset, 34);
  EXPECT_EQ(packet->options.sack_length, 18);
  EXPECT_EQ(JudgeChecksums(*packet), Reason::kNone);
}

// Cut anywhere: with the IP header gone nobody knows whose it is (bridged); behind it the IP length
// lies.
TEST_P(FrameOfKind, EveryTruncation) {
  const Bytes bytes = frame_.Build();
  const size_t ip_header = TcpOffset(frame_);
  for (size_t length = 0; length < bytes.size(); ++length) {
    const Parsed packet(Prefix(bytes, length));
    if (length < ip_header) {
      EXPECT_EQ(packet->kind, Packet::Kind::kOther) << length;
    } else {
      EXPECT_EQ(packet->kind, Packet::Kind::kBroken) << length;
      EXPECT_EQ(packet->reason, Reason::kBadIpLength) << length;
      EXPECT_EQ(packet->destination.address, frame_.destination.address) << length;
    }
  }
}

TEST_P(FrameOfKind, PaddingIsNotPayload) {
  Bytes bytes = frame_.Build();
  bytes.resize(bytes.size() + 18, 0xee);
  const Parsed packet(bytes);
  ASSERT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->payload_length(), frame_.payload.size());
  EXPECT_EQ(packet->end, bytes.size() - 18);
  EXPECT_EQ(JudgeChecksums(*packet), Reason::kNone);
}

TEST_P(FrameOfKind, WrongChecksumsAreNamed) {
  const Bytes good = frame_.Build();
  for (size_t at = TcpOffset(frame_); at < good.size(); ++at) {
    Bytes bad = good;
    bad[at] ^= 0x10;
    const Parsed packet(bad);
    if (packet->kind == Packet::Kind::kTcp) {
      EXPECT_EQ(JudgeChecksums(*packet), Reason::kBadTcpChecksum) << at;
    }
  }
  if (frame_.v6()) return;
  Bytes bad = good;
  bad[IpOffset(frame_) + 8] ^= 1;  // time to live
  EXPECT_EQ(JudgeChecksums(*Parsed(bad)), Reason::kBadIpChecksum);
}

TEST_P(FrameOfKind, SegmentLengthCountsSynAndFin) {
  frame_.flags = kA;
  EXPECT_EQ(Parsed(frame_.Build())->segment_length(), 3u);
  frame_.flags = kS;
  EXPECT_EQ(Parsed(frame_.Build())->segment_length(), 4u);
  frame_.flags = kS | kF;
  EXPECT_EQ(Parsed(frame_.Build())->segment_length(), 5u);
}

TEST_P(FrameOfKind, ArpAndNeighbourDiscovery) {
  NeighbourFrame neighbour{
      frame_.source_mac, frame_.destination_mac,    frame_.tags, false, frame_.source.address,
      frame_.source_mac, frame_.destination.address};
  const Bytes bytes = neighbour.Build();
  const Parsed packet(bytes);
  EXPECT_EQ(packet->kind, frame_.v6() ? Packet::Kind::kIcmp : Packet::Kind::kArp);
  EXPECT_EQ(packet->l3, IpOffset(frame_));
  for (size_t length = 0; length < bytes.size(); ++length) {
    const Parsed cut(Prefix(bytes, length));
    EXPECT_TRUE(cut->kind == Packet::Kind::kOther) << length;
  }
}

TEST_P(FrameOfKind, IcmpNeedsEightBytes) {
  IcmpError icmp;
  icmp.tags = frame_.tags;
  icmp.source = frame_.source.address;
  icmp.destination = frame_.destination.address;
  const Bytes bytes = BuildEcho(icmp, 3);
  EXPECT_EQ(Parsed(bytes)->kind, Packet::Kind::kIcmp);
  EXPECT_EQ(Parsed(bytes)->l4, TcpOffset(frame_));
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_EQ(Parsed(Prefix(bytes, length))->kind, Packet::Kind::kOther) << length;
  }
}

TEST(Frame, OtherEthertypesAndLengthsAreOther) {
  Bytes bytes = ExampleFrame(false, 0).Build();
  for (const unsigned type : {0x0026u, 0x05dcu, 0x0842u, 0x8847u, 0x88ccu, 0x9101u}) {
    Set16(bytes, 12, type);
    EXPECT_EQ(Parsed(bytes)->kind, Packet::Kind::kOther) << type;
  }
}

}  // namespace
}  // namespace synsplice::test
