#include "programs/ctl/look/top_model.h"

#include <gmock/gmock.h>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;

JsonValue Service(const char* name, uint64_t syns, uint64_t established, bool attacked = false) {
  return {{"service", name},
          {"attacked", attacked},
          {"events", {{"syns", syns}, {"cookies_valid", syns / 10}, {"connections_opened", 1}}},
          {"connections", {{"established", established}}},
          {"last_second", {{"count", attacked ? 3 : 0}, {"p50_ms", 2}, {"p99_ms", JsonValue()}}}};
}

JsonValue Sources() {
  JsonValue sources = JsonValue::array();
  for (int i = 1; i <= 6; ++i) {
    const JsonValue service = i == 1 ? JsonValue("web") : JsonValue();
    sources.push_back({{"source", "198.18.0." + std::to_string(i)},
                       {"service", service},
                       {"syns", 1000 / i},
                       {"error", 0}});
  }
  return sources;
}

TopSample Sample(const char* time, uint64_t frames, const std::vector<JsonValue>& services,
                 uint64_t wrong) {
  return {{{"version", "1.2.3"},
           {"state", "ready"},
           {"time", time},
           {"uptime_s", 90061},
           {"flows", {{"used", 7}, {"capacity", 8}}},
           {"handshakes", {{"used", 9}}},
           {"events", {{"outside_frames", frames}, {"inside_frames", frames / 2}}}},
          services,
          JsonValue::array({{{"reason", "cookie_wrong"}, {"frames", wrong}},
                            {{"reason", "land"}, {"frames", wrong / 2}},
                            {{"reason", "xmas"}, {"frames", 3}}}),
          JsonValue::array({{{"busy", 0.25}}, {{"busy", 1.0}}}),
          Sources()};
}

class TopModelTest : public testing::Test {
 protected:
  TopModelTest() {
    model_.Add(Sample("2026-01-02T03:04:03.500Z", 100,
                      {Service("ssh", 10, 5), Service("web", 1000, 2)}, 50));
    model_.Add(Sample("2026-01-02T03:04:05.500Z", 300,
                      {Service("ssh", 14, 5), Service("web", 5000, 2, true)}, 150));
  }

  TopModel model_;
};

TEST_F(TopModelTest, TheScreenHasRatesOfTheLastInterval) {
  EXPECT_THAT(
      model_.Screen(80, 24, TopOrder::kSyns),
      ElementsAre("synsplice 1.2.3  ready  up 1d 01:01:01  flows 7/8  handshakes 9",
                  "frames/s outside 100, inside 50; busy 25 % 100 %", "", HasSubstr("SERVICE"),
                  "web                  2000               ▁█     200      0       2     2/>"
                  " ATTACK",
                  "ssh                     2               ▁█       0      0       5       -", "",
                  HasSubstr("TOP SOURCES"), "198.18.0.1                        1000  web",
                  "198.18.0.2                         500  -", HasSubstr("0.3"), HasSubstr("0.4"),
                  HasSubstr("0.5"), "", HasSubstr("DROPS"),
                  "cookie_wrong                        50",
                  "land                                25"));
}

TEST_F(TopModelTest, TheOrderIsTheOperators) {
  EXPECT_THAT(model_.Screen(80, 24, TopOrder::kConnections)[4], HasSubstr("ssh"));
  EXPECT_THAT(model_.Screen(80, 24, TopOrder::kName)[4], HasSubstr("ssh"));
}

TEST_F(TopModelTest, SmallTerminalsGetWhatFits) {
  const auto lines = model_.Screen(30, 5, TopOrder::kSyns);
  EXPECT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0], "synsplice 1.2.3  ready  up 1d ");
  EXPECT_EQ(model_.Screen(45, 24, TopOrder::kSyns)[4],
            "web                  2000               ▁█   ");
}

TEST_F(TopModelTest, ALineHasTheSums) {
  EXPECT_EQ(model_.Line(),
            "2026-01-02T03:04:05.500Z  SYN/s 2002  valid/s 200  opened/s 0  drops/s 75  flows 7");
}

// A key was pressed before the appliance has looked at itself again.
TEST_F(TopModelTest, TheSameSampleKeepsTheRates) {
  model_.Add(Sample("2026-01-02T03:04:05.500Z", 300,
                    {Service("ssh", 14, 5), Service("web", 5000, 2, true)}, 150));
  EXPECT_THAT(model_.Line(), HasSubstr("SYN/s 2002"));
}

TEST_F(TopModelTest, CountsThatBeginAgainAreNoRate) {
  model_.Add(
      Sample("2026-01-02T03:04:06.500Z", 10, {Service("ssh", 0, 0), Service("web", 0, 0)}, 0));
  EXPECT_THAT(model_.Line(), HasSubstr("SYN/s 0  valid/s 0  opened/s 0  drops/s 0"));
}

TEST(TopModel, TheFirstSampleHasNoRates) {
  TopModel model;
  model.Add(Sample("2026-01-02T03:04:05.500Z", 100, {Service("web", 1000, 2)}, 50));
  EXPECT_THAT(model.Line(), HasSubstr("SYN/s 0"));
}

}  // namespace
}  // namespace synsplice
