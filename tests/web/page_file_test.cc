#include "web/page_file.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace synsplice {
namespace {

using testing::HasSubstr;

// What the files name, by the parts of `pattern` in brackets.
std::vector<std::string> Named(std::string_view content, const std::string& pattern) {
  const std::regex names(pattern);
  const std::string text(content);
  std::vector<std::string> found;
  for (std::sregex_iterator name(text.begin(), text.end(), names), end; name != end; ++name) {
    found.push_back((*name)[1]);
  }
  return found;
}

TEST(PageFile, TheFirstNamesOthersThatThereAre) {
  const PageFile* index = FindPageFile("/");
  ASSERT_NE(index, nullptr);
  EXPECT_EQ(index->type, "text/html; charset=utf-8");
  EXPECT_TRUE(index->content.starts_with("<!doctype html>"));
  const auto names = Named(index->content, R"re((?:href|src)="(/[^"]+)")re");
  EXPECT_GE(names.size(), 4u);
  for (const std::string& name : names) EXPECT_NE(FindPageFile(name), nullptr) << name;
}

TEST(PageFile, ScriptsImportOthersThatThereAre) {
  std::vector<std::string> scripts = {"main.js"};
  for (size_t i = 0; i < scripts.size(); ++i) {
    const PageFile* script = FindPageFile("/page/" + scripts[i]);
    ASSERT_NE(script, nullptr) << scripts[i];
    EXPECT_EQ(script->type, "text/javascript; charset=utf-8");
    for (auto& name : Named(script->content, R"re(from "\./([a-z]+\.js)")re")) {
      if (std::ranges::find(scripts, name) == scripts.end()) scripts.push_back(std::move(name));
    }
  }
  EXPECT_GE(scripts.size(), 8u);
}

TEST(PageFile, ChartsAreDrawnByD3) {
  const PageFile* d3 = FindPageFile("/page/d3.js");
  ASSERT_NE(d3, nullptr);
  EXPECT_THAT(std::string(d3->content), HasSubstr("version:\"3."));
}

TEST(PageFile, NothingElse) {
  for (const char* path : {"", "/page", "/page/", "/index.html", "/page/../", "/page/README.md"}) {
    EXPECT_EQ(FindPageFile(path), nullptr) << path;
  }
}

}  // namespace
}  // namespace synsplice
