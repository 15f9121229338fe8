#include "synsplice/tcp/sequence.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(Seq, DifferenceIsSignedAcrossTheWrap) {
  EXPECT_EQ(Seq{5} - Seq{0xfffffff0}, 21);
  EXPECT_EQ(Seq{0xfffffff0} - Seq{5}, -21);
  EXPECT_EQ(Seq{0x7fffffff} - Seq{0}, 0x7fffffff);
  EXPECT_LT(Seq{0x80000001} - Seq{0}, 0);
}

TEST(Seq, AdvancesModulo) {
  EXPECT_EQ(Seq{0xffffffff} + 1, Seq{0});
  EXPECT_EQ(Seq{0} - 1u, Seq{0xffffffff});
  EXPECT_EQ(Seq{0xfffffff0} + 0x20, Seq{0x10});
}

TEST(Seq, LaterLooksAcrossTheWrap) {
  EXPECT_EQ(Later(Seq{0xffffffff}, Seq{0}), Seq{0});
  EXPECT_EQ(Later(Seq{0}, Seq{0xffffffff}), Seq{0});
  EXPECT_EQ(Later(Seq{7}, Seq{7}), Seq{7});
}

TEST(Seq, WithinIsClosedOnBothSides) {
  EXPECT_TRUE(Within(Seq{10}, Seq{0xfffffffa}, 16));
  EXPECT_FALSE(Within(Seq{11}, Seq{0xfffffffa}, 16));
  EXPECT_TRUE(Within(Seq{0xffffffea}, Seq{0xfffffffa}, 16));
  EXPECT_FALSE(Within(Seq{0xffffffe9}, Seq{0xfffffffa}, 16));
  EXPECT_TRUE(Within(Seq{1}, Seq{1}, 0));
}

// A window of scale 14 is 2^30; the most distant position must not turn its sign.
TEST(Seq, WithinOfTheOppositePosition) {
  EXPECT_FALSE(Within(Seq{0x80000000}, Seq{0}, 1u << 30));
  EXPECT_TRUE(Within(Seq{1u << 30}, Seq{0}, 1u << 30));
}

}  // namespace
}  // namespace synsplice
