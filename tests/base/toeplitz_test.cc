#include "synsplice/base/toeplitz.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

// The key of Microsoft's "Verifying the RSS Hash Calculation", 40 bytes.
constexpr Toeplitz::Key kPublished = {0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
                                      0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
                                      0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
                                      0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa};

// The bytes of a whole IPv4 tuple in place of an IPv6 address: what is zero adds nothing.
Address AsAddress(std::array<uint8_t, 16> bytes) {
  Address address;
  address.bytes = bytes;
  return address;
}

TEST(Toeplitz, PublishedVectors) {
  const Toeplitz hash(kPublished);
  EXPECT_EQ(hash(AsAddress({66, 9, 149, 187, 161, 142, 100, 80}), 0), 0x323e8fc2u);
  EXPECT_EQ(hash(AsAddress({66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6}), 0),
            0x51ccc178u);
  EXPECT_EQ(hash(AsAddress({199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83}), 0),
            0xc626b0eau);
  EXPECT_EQ(hash(AsAddress({24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88}), 0),
            0x5c2b394au);
}

// As a card: the port follows the address, which has four bytes or sixteen.
TEST(Toeplitz, PortsStandBehindTheAddress) {
  const Toeplitz hash(kPublished);
  EXPECT_EQ(hash(*ParseAddress("66.9.149.187"), 0xa18e),
            hash(AsAddress({66, 9, 149, 187, 0xa1, 0x8e}), 0));
  // The last bit of 18 bytes: the key from bit 143 on.
  const Address six = *ParseAddress("2001:db8::");
  EXPECT_EQ(hash(six, 1) ^ hash(six, 0), 0x15e5d73du);
}

TEST(Toeplitz, KeysDependOnTheSeed) {
  EXPECT_NE(Toeplitz::KeyFrom({1, 2}), Toeplitz::KeyFrom({1, 3}));
  EXPECT_EQ(Toeplitz::KeyFrom({1, 2}), Toeplitz::KeyFrom({1, 2}));
}

}  // namespace
}  // namespace synsplice
