#include "io/pcap/link_layer.h"

#include <gmock/gmock.h>
#include <pcap/pcap.h>

namespace synsplice {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

const Bytes kIpv4 = {0x45, 0, 0, 20};
const Bytes kIpv6 = {0x60, 0, 0, 0};
const Bytes kOutsideMacs = {2, 0, 0, 0, 0, 0x0e, 2, 0, 0, 0, 0, 0x0c};
const Bytes kInsideMacs = {2, 0, 0, 0, 0, 0x0c, 2, 0, 0, 0, 0, 0x0e};

Bytes Joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes V4From(const Bytes& macs) { return Joined(Joined(macs, {8, 0}), kIpv4); }
Bytes V6From(const Bytes& macs) { return Joined(Joined(macs, {0x86, 0xdd}), kIpv6); }

TEST(LinkLayer, EthernetStaysAsItIs) {
  EXPECT_EQ(ToEthernet(1, Side::kOutside, Bytes{1, 2}), (Bytes{1, 2}));
}

TEST(LinkLayer, GivesRawIpAnEthernetHeader) {
  constexpr int kRaw = 101, kRawIpv4 = 228, kRawIpv6 = 229;
  for (const int type : {DLT_RAW, kRaw, kRawIpv4}) {
    EXPECT_EQ(ToEthernet(type, Side::kOutside, kIpv4), V4From(kOutsideMacs)) << type;
  }
  for (const int type : {DLT_RAW, kRaw, kRawIpv6}) {
    EXPECT_EQ(ToEthernet(type, Side::kInside, kIpv6), V6From(kInsideMacs)) << type;
  }
}

TEST(LinkLayer, ReplacesLoopbackHeadersOfAnyBsd) {
  constexpr int kNull = 0, kLoop = 108;
  for (const Bytes& header : {Bytes{2, 0, 0, 0}, Bytes{0, 0, 0, 2}}) {
    EXPECT_EQ(ToEthernet(kNull, Side::kOutside, Joined(header, kIpv4)), V4From(kOutsideMacs));
  }
  // NetBSD's, FreeBSD's and macOS's numbers for IPv6.
  for (const uint8_t family : {24, 28, 30}) {
    EXPECT_EQ(ToEthernet(kLoop, Side::kOutside, Joined({0, 0, 0, family}, kIpv6)),
              V6From(kOutsideMacs));
  }
}

TEST(LinkLayer, ReplacesCookedHeaders) {
  const Bytes sll = {0, 0, 0, 1, 0, 6, 9, 9, 9, 9, 9, 9, 0, 0, 0x08, 0x00};
  EXPECT_EQ(ToEthernet(DLT_LINUX_SLL, Side::kOutside, Joined(sll, kIpv4)), V4From(kOutsideMacs));
  const Bytes sll2 = {0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 9, 9, 9, 9, 9, 9, 0, 0};
  EXPECT_EQ(ToEthernet(DLT_LINUX_SLL2, Side::kOutside, Joined(sll2, kIpv6)), V6From(kOutsideMacs));
}

TEST(LinkLayer, FrameInsideItsLinkHeaderIsEmpty) {
  EXPECT_THAT(ToEthernet(DLT_LINUX_SLL, Side::kOutside, Bytes{0, 0, 0}).value(),
              ElementsAre(2, 0, 0, 0, 0, 0x0e, 2, 0, 0, 0, 0, 0x0c, 0, 0));
  EXPECT_EQ(ToEthernet(0, Side::kOutside, Bytes{2, 0, 0, 0}).value().size(), 14u);
}

TEST(LinkLayer, NamesWhatItDoesNotKnow) {
  EXPECT_FALSE(ToEthernet(DLT_IEEE802_11, Side::kOutside, kIpv4));
  EXPECT_THAT(UnknownLink(DLT_IEEE802_11), HasSubstr("link type '802.11' is not Ethernet"));
}

}  // namespace
}  // namespace synsplice
