#include "io/pcap/frame_filter.h"

#include <gmock/gmock.h>

#include "support/example_frames.h"

namespace synsplice {
namespace {

FrameFilter FilterOf(const std::string& expression) {
  auto created = FrameFilter::Create(expression);
  EXPECT_TRUE(std::holds_alternative<FrameFilter>(created)) << std::get<std::string>(created);
  return std::get<FrameFilter>(std::move(created));
}

TEST(FrameFilter, TakesWhatTheExpressionSays) {
  const test::Bytes frame = test::ExampleFrame(false, 0).Build();
  EXPECT_TRUE(FilterOf("").Takes(frame));
  EXPECT_TRUE(FilterOf("host 198.18.0.12 and tcp port 80").Takes(frame));
  EXPECT_FALSE(FilterOf("host 198.18.0.13").Takes(frame));
  EXPECT_FALSE(FilterOf("vlan and tcp").Takes(frame));
  EXPECT_TRUE(FilterOf("greater 2000").Takes(frame, 2000));
  EXPECT_FALSE(FilterOf("tcp").Takes({}));
}

TEST(FrameFilter, TellsWhatIsWrong) {
  for (const char* wrong : {"tcp port", "port 80 and", "(", "port 80 80"}) {
    const auto created = FrameFilter::Create(wrong);
    ASSERT_TRUE(std::holds_alternative<std::string>(created)) << wrong;
    EXPECT_NE(std::get<std::string>(created), "") << wrong;
  }
}

TEST(FrameFilter, KnowsItsCost) {
  EXPECT_EQ(FilterOf("").instructions(), 0u);
  EXPECT_GT(FilterOf("tcp port 80").instructions(), 4u);
  EXPECT_FALSE(FilterOf("tcp port 80 or ip6 proto 6").has_loops());
  EXPECT_TRUE(FilterOf("ip6 protochain 6").has_loops());
}

}  // namespace
}  // namespace synsplice
