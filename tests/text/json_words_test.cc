#include "text/json_words.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using Json = nlohmann::ordered_json;

TEST(JsonWords, NestedObjectsLieFlat) {
  const Json event = {{"service", "web"}, {"numbers", {{"rate", 7}, {"more", {{"mean", 5.5}}}}}};
  EXPECT_EQ(Words(event), "service=web rate=7 mean=5.5");
  EXPECT_EQ(Words(Json::object()), "");
}

TEST(JsonWords, OnlyStringsStandForThemselves) {
  EXPECT_EQ(PlainText("a \"b\""), "a \"b\"");
  EXPECT_EQ(PlainText(Json::array({"a", 1})), "[\"a\",1]");
  EXPECT_EQ(PlainText(Json::array({"\xff"})), "[\"\xef\xbf\xbd\"]");
}

}  // namespace
}  // namespace synsplice
