#include "synsplice/lists/network_sieve.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(NetworkSieve, HoldsNothingAtFirst) {
  const NetworkSieve sieve(24, 1000);
  for (uint32_t network = 0; network < 1u << 24; network += 977) {
    ASSERT_FALSE(sieve.MayHold(network));
  }
}

TEST(NetworkSieve, HoldsWhatWasAdded) {
  NetworkSieve sieve(32, 1000);
  sieve.Add(7, 7);
  sieve.Add(0xfffffff0, 0xffffffff);
  sieve.Add(1u << 20, 1u << 24);  // wide
  for (const uint32_t network : {7u, 0xfffffff0u, 0xffffffffu, 1u << 20, 1u << 22, 1u << 24}) {
    EXPECT_TRUE(sieve.MayHold(network)) << network;
  }
}

TEST(NetworkSieve, TakesFewOthersForThem) {
  NetworkSieve sieve(32, 1000);
  for (uint32_t i = 0; i < 1000; ++i) sieve.Add(i * 7919, i * 7919);
  int taken = 0;
  for (uint32_t i = 0; i < 10000; ++i) taken += sieve.MayHold(0x80000000 + i * 104729);
  EXPECT_LT(taken, 1000);
}

TEST(NetworkSieve, WithTooManyAllPass) {
  NetworkSieve sieve(32, 1u << 21);
  for (uint32_t i = 0; i <= 1u << 14; ++i) sieve.Add(i << 13, (i << 13) + 4095);
  EXPECT_TRUE(sieve.MayHold(0xffffffff));
}

}  // namespace
}  // namespace synsplice
