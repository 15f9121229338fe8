#include "synsplice/limit/fair_share.h"

#include <gtest/gtest.h>

#include "support/alone.h"

namespace synsplice {
namespace {

constexpr SipKey kShareKey{0x9e3779b97f4a7c15, 0xd1b54a32d192ed03};

uint32_t TakeAll(FairShare& share, FairShare::Holder holder, bool other_prefixes) {
  uint32_t taken = 0;
  for (; share.Fits(holder); ++taken) {
    share.Take(holder);
    if (other_prefixes) holder.prefix += 256;
  }
  return taken;
}

TEST(FairShare, WhatIsAloneSharesWithNobody) {
  test::Alone<FairShare> share(1000, 1, 1, kShareKey);
  // In the end two prefixes that share a counter may miss the last places.
  EXPECT_GE(TakeAll(share, {0, 1, 256}, true), 980u);
}

// One prefix, one backend, one service after another takes all that it can: the next finds room.
TEST(FairShare, NobodyTakesItAll) {
  test::Alone<FairShare> share(12000, 3, 4, kShareKey);
  EXPECT_EQ(TakeAll(share, {0, 1, 1}, false), 2400u);
  EXPECT_EQ(TakeAll(share, {0, 1, 256}, true), 4000u - 2400u) << "a third of it to one backend";
  EXPECT_EQ(TakeAll(share, {0, 2, 1 << 20}, true), 2000u) << "half of it to one service";
  EXPECT_FALSE(share.ServiceFits(0));
  EXPECT_TRUE(share.ServiceFits(1));
  EXPECT_EQ(TakeAll(share, {1, 3, 1 << 21}, true), 2000u);
  EXPECT_GT(TakeAll(share, {2, 4, 1 << 22}, true), 1000u);
}

TEST(FairShare, OneAtLeast) {
  test::Alone<FairShare> share(1, 3, 3, kShareKey);
  EXPECT_EQ(TakeAll(share, {0, 1, 1}, false), 1u);
  EXPECT_EQ(TakeAll(share, {1, 2, 2}, false), 0u);
}

TEST(FairShare, NobodyTakesFromWhoHasLess) {
  test::Alone<FairShare> share(1000, 2, 3, kShareKey);
  const FairShare::Holder large{0, 1, 1}, small{0, 1, 2}, other{1, 2, 3};
  for (int i = 0; i < 10; ++i) share.Take(large);
  share.Take(small);
  EXPECT_TRUE(share.MayReplace(large, small));
  EXPECT_TRUE(share.MayReplace(large, large));
  EXPECT_TRUE(share.MayReplace(large, other));
  EXPECT_FALSE(share.MayReplace(small, large)) << "the prefix";
  EXPECT_FALSE(share.MayReplace(other, {0, 3, 4})) << "the service";
  EXPECT_FALSE(share.MayReplace({0, 3, 1}, small)) << "the backend";
  EXPECT_GT(share.WeightOf(large), share.WeightOf(small));
  EXPECT_GT(share.WeightOf(small), share.WeightOf(other));
  share.Give(large, 10);
  EXPECT_EQ(share.WeightOf(large), 1u + 2u);
  EXPECT_EQ(share.free(), 999u);
}

}  // namespace
}  // namespace synsplice
