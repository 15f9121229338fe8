#include "synsplice/wire/ip.h"

#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/tcp_frame.h"

namespace synsplice::test {
namespace {

TEST(Ip, Ipv4Header) {
  uint8_t header[20];
  const Address source = *ParseAddress("198.18.0.1"), destination = *ParseAddress("198.18.0.2");
  ASSERT_EQ(WriteIpHeader(header, {source, destination, 6, 24}), 20u);
  // Version, total length 44, id 0, DF, TTL 64, TCP, checksum, addresses.
  const uint8_t expected[] = {0x45, 0,    0,   44, 0, 0, 0x40, 0,  64, 6,
                              0xae, 0xa6, 198, 18, 0, 1, 198,  18, 0,  2};
  Bytes with_checksum(expected, expected + 20);
  Set16(with_checksum, 10, 0);
  Set16(with_checksum, 10, SlowChecksum(with_checksum));
  EXPECT_EQ(Bytes(header, header + 20), with_checksum);
  EXPECT_EQ(SlowChecksum(header), 0);
}

TEST(Ip, Ipv6Header) {
  uint8_t header[40];
  const Address source = *ParseAddress("2001:db8::1"), destination = *ParseAddress("2001:db8::2");
  ASSERT_EQ(WriteIpHeader(header, {source, destination, 58, 300}), 40u);
  Bytes expected = {0x60, 0, 0, 0, 0x01, 0x2c, 58, 64};
  PutAddress(expected, source);
  PutAddress(expected, destination);
  EXPECT_EQ(Bytes(header, header + 40), expected);
}

TEST(Ip, TraitsAreReadAndWritten) {
  for (const bool v6 : {false, true}) {
    uint8_t header[40] = {};
    const Address source = *ParseAddress(v6 ? "2001:db8::1" : "198.18.0.1");
    const IpTraits traits{v6 ? 0xfedcbu : 0, 0xb8, 255};
    const size_t length = WriteIpHeader(header, {source, source, 6, 24, traits});
    EXPECT_EQ(ReadIpTraits(header, v6), traits);
    EXPECT_TRUE(v6 || SlowChecksum(std::span(header).first(length)) == 0);
    header[1] |= v6 ? 0x30 : 0x03;
    EXPECT_EQ(ReadIpTraits(header, v6), traits) << "ECN is not one of them";
  }
}

TEST(Ip, PseudoHeader) {
  for (const bool v6 : {false, true}) {
    const Address source = *ParseAddress(v6 ? "2001:db8::1" : "198.18.0.1");
    const Address destination = *ParseAddress(v6 ? "2001:db8::ffff" : "198.18.255.255");
    Bytes segment(65, 0x5a);
    Set16(segment, 16, 0);
    ChecksumSum sum;
    AddPseudoHeader(sum, source, destination, 6, 65);
    sum.AddBytes(segment.data(), segment.size());
    EXPECT_EQ(sum.Checksum(), SlowTransportChecksum(source, destination, 6, segment));
  }
}

}  // namespace
}  // namespace synsplice::test
