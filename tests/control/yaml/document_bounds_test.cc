// Files that are small and stand for much.
#include "control/yaml/document_bounds.h"

#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

std::string FirstSentence(const std::string& text) {
  const LoadedConfig loaded = LoadText(text);
  return loaded.diagnostics.empty() ? "" : loaded.diagnostics.front().message;
}

constexpr const char* kTooMany =
    "YAML: more than 131072 values, those that aliases stand for included";

std::string Repeat(const std::string& text, int times) {
  std::string repeated;
  for (int i = 0; i < times; ++i) repeated += text;
  return repeated;
}

TEST(DocumentBounds, Depth) {
  EXPECT_EQ(FirstSentence(Repeat("[", 16) + Repeat("]", 16)),
            "the file is a list, must be a map (key: value)");
  EXPECT_EQ(FirstSentence(Repeat("[", 17) + Repeat("]", 17)),
            "YAML: maps and lists inside each other, allowed: 16");
  EXPECT_EQ(FirstSentence(Repeat("{a: ", 17)),
            "YAML: maps and lists inside each other, allowed: 16");
}

TEST(DocumentBounds, Values) {
  // The list itself is one.
  EXPECT_EQ(FirstSentence("services: [" + Repeat("a,", (1 << 17) - 3) + "]"),
            "services: has 131069 items, allowed: 0 to 1024");
  EXPECT_EQ(FirstSentence("services: [" + Repeat("a,", (1 << 17) - 2) + "]"), kTooMany);
  EXPECT_EQ(FirstSentence("services: [" + Repeat("~,", (1 << 17) - 2) + "]"), kTooMany);
}

// What one alias stands for counts each time, and so do the aliases in there.
TEST(DocumentBounds, AliasesOfAliases) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 40; ++i) {
    const std::string name = "a" + std::to_string(i), inner = "a" + std::to_string(i - 1);
    text += name + ": &" + name + " [" + Repeat("*" + inner + ", ", 10) + "]\n";
  }
  EXPECT_EQ(FirstSentence(text), kTooMany);
}

TEST(DocumentBounds, AliasesOfALongList) {
  EXPECT_EQ(
      FirstSentence("services:\n- &all [" + Repeat("x, ", 1000) + "]\n" + Repeat("- *all\n", 500)),
      kTooMany);
}

// An anchor that is given again stands for the later value.
TEST(DocumentBounds, AnchorGivenTwice) {
  EXPECT_EQ(FirstSentence("services:\n- &a [" + Repeat("x, ", 1000) + "]\n- &a x\n" +
                          Repeat("- *a\n", 500)),
            "services[0]: is a list, must be a map (key: value)");
}

}  // namespace
}  // namespace synsplice
