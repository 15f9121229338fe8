#include "programs/ctl/json_table.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

TEST(JsonTable, ColumnsAreAsWideAsTheirLongest) {
  const auto rows = JsonValue::parse(R"([
    {"port": "outside", "up": true, "received": {"frames": 5}, "busy": 0.25, "other": 1},
    {"port": "inside", "up": false, "received": {"frames": 12345}, "busy": 1.0, "list": ["a", "b"]}
  ])");
  EXPECT_EQ(JsonTable(rows, {{"port"}, {"up"}, {"received.frames"}, {"busy"}, {"list"}}),
            "port     up     received.frames   busy  list\n"
            "outside  true                 5  0.250  -\n"
            "inside   false            12345  1.000  a,b\n");
}

TEST(JsonTable, WhatIsUnknownIsADash) {
  const auto rows = JsonValue::parse(R"([{"port": "outside", "waiting": [null, 3], "mac": null}])");
  EXPECT_EQ(JsonTable(rows, {{"port"}, {"waiting"}, {"mac"}}),
            "port     waiting  mac\n"
            "outside  -,3      -\n");
}

TEST(JsonTable, ColumnsMoveTogetherWhereATerminalHasNoRoom) {
  const std::string half(39, 'x');
  const auto rows = [&](const std::string& second) {
    return JsonTable(JsonValue{{{"a", half}, {"b", second}}}, {{"a"}, {"b"}});
  };
  const std::string gap(38, ' ');
  EXPECT_EQ(rows(half), "a" + gap + "  b\n" + half + "  " + half + "\n");
  EXPECT_EQ(rows(half + "x"), "a" + gap + " b\n" + half + " " + half + "x\n");
}

TEST(JsonTable, WithoutRowsThereIsTheHead) {
  EXPECT_EQ(JsonTable(JsonValue::array(), {{"reason"}, {"frames", "count"}}), "reason  count\n");
}

TEST(JsonLines, WhatIsUnknownIsADash) {
  EXPECT_EQ(JsonLines(JsonValue::parse(R"({"wait": null})")), "wait  -\n");
}

TEST(JsonLines, NestedNamesHaveDots) {
  EXPECT_EQ(JsonLines(JsonValue::parse(R"({"state": "ready", "flows": {"used": 1, "most": 20}})")),
            "state       ready\n"
            "flows.used  1\n"
            "flows.most  20\n");
}

}  // namespace
}  // namespace synsplice
