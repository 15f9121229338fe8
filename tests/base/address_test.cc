#include "synsplice/base/address.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(Address, V4IsMapped) {
  const Address address = Address::V4(0xc6120001);
  EXPECT_TRUE(address.IsV4());
  EXPECT_EQ(address, *ParseAddress("198.18.0.1"));
  EXPECT_EQ(address, *ParseAddress("::ffff:198.18.0.1"));
  EXPECT_EQ(ToString(address), "198.18.0.1");
  EXPECT_EQ(address.WireLength(), 4u);
}

TEST(Address, V6IsNotV4) {
  for (const char* text : {"2001:db8::1", "::", "::1", "::198.18.0.1", "1::ffff:198.18.0.1"}) {
    const auto address = ParseAddress(text);
    ASSERT_TRUE(address) << text;
    EXPECT_FALSE(address->IsV4()) << text;
    EXPECT_EQ(address->WireLength(), 16u);
    EXPECT_EQ(address->WireBytes(), address->bytes.data());
  }
}

TEST(Address, FromWireReadsBothFamilies) {
  const uint8_t bytes[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7};
  EXPECT_EQ(Address::FromWire(bytes, true), *ParseAddress("2001:db8::7"));
  EXPECT_EQ(Address::FromWire(bytes, false), *ParseAddress("32.1.13.184"));
}

struct MaskCase {
  const char* address;
  unsigned length;
  const char* masked;
};

TEST(Address, MaskKeepsThePrefix) {
  constexpr MaskCase kCases[] = {
      {"198.18.255.255", 32, "198.18.255.255"},
      {"198.18.255.255", 31, "198.18.255.254"},
      {"198.18.255.255", 17, "198.18.128.0"},
      {"198.18.255.255", 8, "198.0.0.0"},
      {"198.18.255.255", 1, "128.0.0.0"},
      {"198.18.255.255", 0, "0.0.0.0"},
      {"2001:db8:ffff:ffff:ffff::1", 128, "2001:db8:ffff:ffff:ffff::1"},
      {"2001:db8:ffff:ffff:ffff::1", 64, "2001:db8:ffff:ffff::"},
      {"2001:db8:ffff:ffff:ffff::1", 35, "2001:db8:e000::"},
      {"2001:db8::1", 0, "::"},
  };
  for (const MaskCase& test : kCases) {
    EXPECT_EQ(ToString(Mask(*ParseAddress(test.address), test.length)), test.masked)
        << test.address << "/" << test.length;
  }
}

TEST(Address, ImpossibleSources) {
  for (const char* text : {"0.0.0.0", "127.0.0.1", "127.255.0.1", "224.0.0.1", "239.1.2.3",
                           "255.255.255.255", "::", "::1", "ff02::1"}) {
    EXPECT_TRUE(IsImpossibleSource(*ParseAddress(text))) << text;
  }
  for (const char* text :
       {"198.18.0.1", "126.0.0.1", "223.255.255.255", "2001:db8::1", "::2", "fe80::1"}) {
    EXPECT_FALSE(IsImpossibleSource(*ParseAddress(text))) << text;
  }
}

TEST(Endpoint, TextRoundTrip) {
  for (const char* text : {"198.18.0.1:80", "[2001:db8::1]:443", "198.18.0.1:65535"}) {
    const auto endpoint = ParseEndpoint(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(ToString(*endpoint), text);
  }
}

TEST(Endpoint, BadText) {
  for (const char* text : {"", ":", "80", "198.18.0.1", "198.18.0.1:", "198.18.0.1:0",
                           "198.18.0.1:65536", "198.18.0.1:80x", "198.18.0.1:-1", "198.18.0:80",
                           "2001:db8::1:80:", "2001:db8::1", "[2001:db8::1]", "[198.18.0.1]:80",
                           "[::ffff:198.18.0.1]:80", "[]:80", "localhost:80", " 198.18.0.1:80"}) {
    EXPECT_FALSE(ParseEndpoint(text)) << text;
  }
}

TEST(Mac, TextRoundTripAndBadText) {
  EXPECT_EQ(ToString(*ParseMac("02:00:00:aB:cd:0f")), "02:00:00:ab:cd:0f");
  for (const char* text : {"", "02:00:00:00:00", "02:00:00:00:00:1", "02-00-00-00-00-01",
                           "02:00:00:00:00:0g", "02:00:00:00:00:01:02", "+2:00:00:00:00:01"}) {
    EXPECT_FALSE(ParseMac(text)) << text;
  }
}

TEST(Mac, GroupBit) {
  EXPECT_TRUE(ParseMac("ff:ff:ff:ff:ff:ff")->IsGroup());
  EXPECT_TRUE(ParseMac("33:33:00:00:00:01")->IsGroup());
  EXPECT_FALSE(ParseMac("02:00:00:00:00:01")->IsGroup());
  EXPECT_TRUE(Mac{}.IsZero());
}

TEST(Vids, PackIsInvertible) {
  for (const Vids vids : {Vids{}, Vids{4095, 4095}, Vids{1, 0}, Vids{0x123, 0xabc}}) {
    EXPECT_LT(vids.Packed(), 1u << 24);
    EXPECT_EQ(Vids::Unpack(vids.Packed()), vids);
  }
}

TEST(Prefix, ContainsItsFamilyOnly) {
  const auto prefix = ParsePrefix("198.18.3.0/24");
  ASSERT_TRUE(prefix);
  EXPECT_EQ(ToString(*prefix), "198.18.3.0/24");
  EXPECT_TRUE(prefix->Contains(*ParseAddress("198.18.3.255")));
  EXPECT_FALSE(prefix->Contains(*ParseAddress("198.18.4.0")));
  EXPECT_FALSE(ParsePrefix("::/0")->Contains(*ParseAddress("198.18.3.1")));
  EXPECT_TRUE(ParsePrefix("0.0.0.0/0")->Contains(*ParseAddress("198.18.3.1")));
  for (const char* text : {"198.18.3.0", "198.18.3.0/", "198.18.3.0/33", "::/129", "/8", "x/8"}) {
    EXPECT_FALSE(ParsePrefix(text)) << text;
  }
}

}  // namespace
}  // namespace synsplice
