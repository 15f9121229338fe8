#include "text/did_you_mean.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

struct Case {
  std::string_view typed;
  std::string_view expected;
};

TEST(DidYouMean, NamesTheNearestWord) {
  const std::vector<std::string_view> known = {"mtu", "queues", "outside", "inside", "reset"};
  const Case cases[] = {
      {"mut", "mtu"},         // swapped
      {"queue", "queues"},    // missing letter
      {"insidde", "inside"},  // one too many
      {"ouside", "outside"}, {"rest", "reset"}, {"Mtu", "mtu"},
  };
  for (const Case& test : cases) {
    EXPECT_EQ(DidYouMean(test.typed, known), ", did you mean '" + std::string(test.expected) + "'?")
        << test.typed;
  }
}

TEST(DidYouMean, IsSilentAboutStrangers) {
  const std::vector<std::string_view> known = {"mtu", "drop", "1"};
  for (const std::string_view typed : {"", "m", "2", "xy", "bridge"}) {
    EXPECT_EQ(DidYouMean(typed, known), "") << typed;
  }
  EXPECT_EQ(DidYouMean("mtu", {}), "");
}

}  // namespace
}  // namespace synsplice
