#include "synsplice/limit/flow_shares.h"

#include <gtest/gtest.h>

#include "support/alone.h"

namespace synsplice {
namespace {

constexpr SipKey kFlowKey{0x2545f4914f6cdd1d, 0x9e3779b97f4a7c15};

uint32_t TakeAll(FlowShares& shares, FlowShares::Holder holder) {
  uint32_t taken = 0;
  for (; !shares.IsUsedUp(shares.Of(holder)); ++taken) shares.Take(holder);
  return taken;
}

TEST(FlowShares, AsManyAsAreFree) {
  test::Alone<FlowShares> shares(1000, kFlowKey);
  EXPECT_EQ(TakeAll(shares, 256), 500u);
  EXPECT_EQ(TakeAll(shares, FlowShares::kServers), 250u);
  for (int i = 0; i < 250; ++i) shares.Give(FlowShares::kServers);
  EXPECT_TRUE(shares.IsUsedUp(shares.Of(256)));
  shares.Give(256);
  EXPECT_FALSE(shares.IsUsedUp(shares.Of(256)));
}

TEST(FlowShares, FewAreNotTooMany) {
  test::Alone<FlowShares> shares(64, kFlowKey);
  for (int i = 0; i < 64; ++i) shares.Take(256);
  EXPECT_FALSE(shares.IsUsedUp(64)) << "the whole of a small table";
  EXPECT_TRUE(shares.IsUsedUp(65));
}

TEST(FlowShares, ClearlyMore) {
  const test::Alone<FlowShares> large(1024, kFlowKey), small(64, kFlowKey);
  EXPECT_FALSE(small.IsClearlyMore(8, 0));
  EXPECT_TRUE(small.IsClearlyMore(9, 0));
  EXPECT_FALSE(large.IsClearlyMore(64, 0));
  EXPECT_TRUE(large.IsClearlyMore(65, 0));
  EXPECT_TRUE(large.IsClearlyMore(82, 40));
  EXPECT_FALSE(large.IsClearlyMore(80, 40));
  EXPECT_FALSE(large.IsClearlyMore(1000, 1000));
}

}  // namespace
}  // namespace synsplice
