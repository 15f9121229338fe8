#include "system/finding.h"

#include <gtest/gtest.h>

#include <sstream>

namespace synsplice {
namespace {

using enum Finding::Level;

TEST(Findings, TableWithCommands) {
  EXPECT_EQ(Render({{kGood, "memory", "enough", ""}, {kWrong, "ports.inside", "no", "ip link"}}),
            "ok     memory           enough\n"
            "WRONG  ports.inside     no\n"
            "                        mend: ip link\n");
}

TEST(Findings, LongSentencesFitEightyColumns) {
  std::string sentence;
  for (int i = 0; i < 60; ++i) sentence += "word" + std::to_string(i) + " ";
  std::istringstream lines(Render({{kHint, "ports.inside", sentence, ""}}));
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 80u);
  EXPECT_GT(count, 3);
}

TEST(Findings, OnlyWhatKeepsAStartIsWrong) {
  EXPECT_FALSE(AnyWrong({{kGood, "", "", ""}, {kHint, "", "", ""}}));
  EXPECT_TRUE(AnyWrong({{kGood, "", "", ""}, {kWrong, "", "", ""}}));
}

}  // namespace
}  // namespace synsplice
