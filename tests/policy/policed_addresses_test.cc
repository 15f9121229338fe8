#include "synsplice/policy/policed_addresses.h"

#include <gtest/gtest.h>

namespace synsplice::test {
namespace {

const Address kWeb = *ParseAddress("198.18.0.10"), kWeb6 = *ParseAddress("2001:db8::10");

TEST(PolicedAddresses, NoneAtFirst) {
  const PolicedAddresses addresses;
  EXPECT_TRUE(addresses.empty());
  EXPECT_FALSE(addresses.MayHold(kWeb));
  EXPECT_EQ(addresses.Find(kWeb, {}), 0);
}

TEST(PolicedAddresses, AreFoundByAddress) {
  PolicedAddresses addresses;
  addresses.Add(kWeb6, {}, 2);
  addresses.Add(kWeb, {}, 1);
  EXPECT_EQ(addresses.Find(kWeb, {}), 1);
  EXPECT_EQ(addresses.Find(kWeb6, {7, 8}), 2);
  EXPECT_EQ(addresses.Find(*ParseAddress("198.18.0.11"), {}), 0);
  EXPECT_TRUE(addresses.MayHold(kWeb));
  EXPECT_TRUE(addresses.MayHold(kWeb6));
}

TEST(PolicedAddresses, MostOthersAreToldAtOnce) {
  PolicedAddresses addresses;
  addresses.Add(kWeb, {}, 1);
  int held = 0;
  for (uint32_t i = 0; i < 1000; ++i) held += addresses.MayHold(Address::V4(0xc6130000 + i));
  EXPECT_LT(held, 10);
}

TEST(PolicedAddresses, InTheirVlansOnly) {
  PolicedAddresses addresses;
  for (const uint16_t vlan : {100, 0}) addresses.Add(kWeb, vlan, 1);
  addresses.Add(kWeb, 200, 2);
  EXPECT_EQ(addresses.Find(kWeb, {}), 1) << "0: no tag";
  EXPECT_EQ(addresses.Find(kWeb, {100, 7}), 1);
  EXPECT_EQ(addresses.Find(kWeb, {200, 100}), 2);
  EXPECT_EQ(addresses.Find(kWeb, {300}), 0);
}

// The VLAN that another service names is no longer of the one that names none.
TEST(PolicedAddresses, ANamedVlanIsNotTheRest) {
  PolicedAddresses addresses;
  addresses.Add(kWeb, 20, 0);
  EXPECT_FALSE(addresses.MayHold(kWeb)) << "nobody polices";
  addresses.Add(kWeb, {}, 1);
  EXPECT_EQ(addresses.Find(kWeb, {20, 0}), 0);
  EXPECT_EQ(addresses.Find(kWeb, {30, 0}), 1);
  EXPECT_EQ(addresses.Find(kWeb, {}), 1);
  EXPECT_TRUE(addresses.MayHold(kWeb));
}

// One of them polices, in whatever order; of its own listeners the first one speaks.
TEST(PolicedAddresses, SeveralListenAtOne) {
  PolicedAddresses addresses;
  for (const uint16_t listener : {0, 3, 4, 0}) addresses.Add(kWeb, 20, listener);
  EXPECT_EQ(addresses.Find(kWeb, {20, 0}), 3);
}

}  // namespace
}  // namespace synsplice::test
