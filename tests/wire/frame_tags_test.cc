// Rule 35: any number of VLAN tags, priority tags among them.
#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/example_frames.h"
#include "support/icmp_frame.h"
#include "support/neighbour_frame.h"
#include "synsplice/wire/ethernet.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

using Tags = std::vector<uint16_t>;

TcpFrame TaggedFrame(Tags tags, bool v6 = false) {
  TcpFrame frame = ExampleFrame(v6, 0);
  frame.tags = std::move(tags);
  return frame;
}

struct Judged {
  Tags tags;
  Vids vids;
};

// The upper four bits are priority and drop eligibility.
TEST(FrameTags, PriorityTagsAreNoVlan) {
  const Judged cases[] = {
      {{0xe000}, {}},
      {{0, 0, 0}, {}},
      {{0, 5}, {5, 0}},
      {{5, 0}, {5, 0}},
      {{0, 0x1005, 0, 0x2007, 0}, {5, 7}},
      {{0, 0, 0, 5, 0, 0, 0, 7}, {5, 7}},
      {{0xfff, 0xffff}, {4095, 4095}},
      {Tags(kMaxTags, 0), {}},
  };
  for (const Judged& judged : cases) {
    for (const bool v6 : {false, true}) {
      const TcpFrame frame = TaggedFrame(judged.tags, v6);
      const Parsed packet(frame.Build());
      EXPECT_EQ(packet->kind, Packet::Kind::kTcp);
      EXPECT_EQ(packet->reason, Reason::kNone);
      EXPECT_EQ(packet->vids, judged.vids) << ::testing::PrintToString(judged.tags);
      EXPECT_EQ(packet->tags, judged.tags.size());
      EXPECT_EQ(packet->l3, IpOffset(frame));
      EXPECT_EQ(packet->destination, frame.destination);
    }
  }
}

// What no answer could go to: addresses and ports are known all the same.
TEST(FrameTags, TooMany) {
  for (const Tags& tags :
       {Tags{1, 2, 3}, Tags{0, 1, 0, 2, 0, 3}, Tags(kMaxTags + 1, 0), Tags(256, 0), Tags(256, 9)}) {
    for (const bool v6 : {false, true}) {
      const TcpFrame frame = TaggedFrame(tags, v6);
      const Parsed packet(frame.Build());
      EXPECT_EQ(packet->kind, Packet::Kind::kBroken) << tags.size();
      EXPECT_EQ(packet->reason, Reason::kTooManyTags);
      EXPECT_EQ(packet->tags, tags.size());
      EXPECT_EQ(packet->destination, frame.destination);
    }
  }
}

TEST(FrameTags, BehindMoreThanAreWalkedNobodyKnows) {
  const Parsed packet(TaggedFrame(Tags(257, 0)).Build());
  EXPECT_EQ(packet->kind, Packet::Kind::kHidden);
  EXPECT_EQ(packet->reason, Reason::kTooManyTags);
}

TEST(FrameTags, NoTcpBehindTooManyIsOther) {
  for (const Tags& tags : {Tags{1, 2, 3}, Tags(kMaxTags + 1, 0), Tags(256, 9)}) {
    for (const bool v6 : {false, true}) {
      const TcpFrame tcp = ExampleFrame(v6, 0);
      IcmpError echo;
      echo.tags = tags;
      echo.source = tcp.source.address;
      echo.destination = tcp.destination.address;
      EXPECT_EQ(Parsed(BuildEcho(echo, 3))->kind, Packet::Kind::kOther);
      const NeighbourFrame neighbour{
          tcp.source_mac, tcp.destination_mac,    tags, false, tcp.source.address,
          tcp.source_mac, tcp.destination.address};
      EXPECT_EQ(Parsed(neighbour.Build())->kind, Packet::Kind::kOther);
    }
  }
}

TEST(FrameTags, EveryTypeInAnyOrder) {
  Bytes bytes = TaggedFrame({0, 0, 5, 0, 7}).Build();
  const unsigned types[] = {0x8100, 0x9100, 0x88a8, 0x9200, 0x9300};
  for (size_t i = 0; i < std::size(types); ++i) Set16(bytes, 12 + 4 * i, types[i]);
  const Parsed packet(bytes);
  EXPECT_EQ(packet->kind, Packet::Kind::kTcp);
  EXPECT_EQ(packet->vids, (Vids{5, 7}));
}

TEST(FrameTags, EveryTruncation) {
  for (const Tags& tags : {Tags{0, 5, 0, 7}, Tags{1, 2, 3}, Tags(20, 0)}) {
    const TcpFrame frame = TaggedFrame(tags);
    const Bytes bytes = frame.Build();
    for (size_t length = 0; length < TcpOffset(frame); ++length) {
      EXPECT_EQ(Parsed(Prefix(bytes, length))->kind, Packet::Kind::kOther) << length;
    }
  }
}

}  // namespace
}  // namespace synsplice::test
