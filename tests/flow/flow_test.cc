#include "synsplice/flow/flow.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(Flow, FieldsDoNotOverlap) {
  Flow flow{};
  flow.set_packed_vids(0xabcdef);
  flow.set_phase(Phase::kRefused);
  flow.set_timestamps(TimestampMode::kSynthesise);
  flow.counted = 1;
  flow.client_scale = 14;
  flow.promised_scale = kNoScale;
  flow.server_scale = 7;
  flow.challenge_tokens = 10;
  flow.client_window_log2 = 30;
  flow.server_window_log2 = 29;
  flow.set_connlimit_slot(0xfedcba);
  EXPECT_EQ(flow.packed_vids(), 0xabcdefu);
  EXPECT_EQ(flow.phase(), Phase::kRefused);
  EXPECT_EQ(flow.timestamps(), TimestampMode::kSynthesise);
  EXPECT_EQ(flow.counted, 1);
  EXPECT_EQ(flow.server_opened, 0);
  EXPECT_EQ(flow.client_scale, 14);
  EXPECT_EQ(flow.promised_scale, 15);
  EXPECT_EQ(flow.server_scale, 7);
  EXPECT_EQ(flow.challenge_tokens, 10);
  EXPECT_EQ(flow.client_window_log2, 30);
  EXPECT_EQ(flow.server_window_log2, 29);
  EXPECT_EQ(flow.connlimit_slot(), 0xfedcbau);
}

TEST(Flow, IdleTimeCrossesTheTickWrap) {
  Flow flow{};
  // The tick counter wraps every 2^16 ticks of 4 s.
  const Time before = FromMilliseconds(int64_t{0x10000} * 4000 * 100 - 8000);
  flow.last_seen = ToTick(before);
  EXPECT_EQ(flow.IdleAt(before), Seconds(0));
  EXPECT_EQ(flow.IdleAt(before + Seconds(20)), Seconds(20));
  EXPECT_EQ(flow.IdleAt(before + Seconds(7440)), Seconds(7440));
}

}  // namespace
}  // namespace synsplice
