#include "detect/baseline_text.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace synsplice {
namespace {

constexpr UtcSecond kStart = 1'700'006'400;

Baseline Example() {
  Baseline baseline;
  for (UtcSecond second = 0; second < 9000; ++second) {
    const auto rate = static_cast<double>(second % 700);
    baseline.second.Learn(kStart + second, rate);
    baseline.minute.Learn(kStart + second, rate / 2);
    baseline.source.Learn(kStart + second, rate / 20);
    baseline.held.Learn(kStart + second, rate / 5);
  }
  for (int minute = 0; minute < 150; ++minute) baseline.incomplete.Learn(0.01 * (minute % 7), 1);
  baseline.learned_s = 9000;
  baseline.learned_at = kStart + 8999;
  return baseline;
}

TEST(BaselineText, ComesBackAsItWas) {
  const Baselines written{{"web", Example()}, {"ssh", {}}};
  const std::string text = TextOfBaselines(written);
  EXPECT_LT(text.size(), 16'000u);
  const auto read = ParseBaselines(text);
  ASSERT_TRUE(std::holds_alternative<Baselines>(read)) << std::get<std::string>(read);
  EXPECT_EQ(TextOfBaselines(std::get<Baselines>(read)), text);
  const Baseline& web = std::get<Baselines>(read).at("web");
  const Baseline& expected = written.at("web");
  for (const UtcSecond at : {kStart + 9000, kStart + 86'400}) {
    EXPECT_NEAR(web.second.At(at), expected.second.At(at), 0.001);
    EXPECT_NEAR(web.minute.At(at), expected.minute.At(at), 0.001);
    EXPECT_NEAR(web.source.At(at), expected.source.At(at), 0.001);
    EXPECT_NEAR(web.held.At(at), expected.held.At(at), 0.001);
  }
  EXPECT_EQ(web.incomplete.Median(), expected.incomplete.Median());
  EXPECT_EQ(web.learned_s, 9000u);
  EXPECT_EQ(web.learned_at, kStart + 8999);
}

std::string Trouble(const std::string& text) {
  const auto read = ParseBaselines(text);
  const auto* why = std::get_if<std::string>(&read);
  return why ? *why : "none";
}

TEST(BaselineText, SaysWhatIsWrong) {
  EXPECT_EQ(Trouble(""), "it is broken");
  EXPECT_EQ(Trouble("{}"), "it is broken");
  EXPECT_EQ(Trouble("[1]"), "it is broken");
  EXPECT_EQ(Trouble(R"({"format": "other", "version": 1})"), "it is something else");
  EXPECT_EQ(Trouble(R"({"format": "synsplice baseline", "version": 2, "services": {}})"),
            "it has version 2, not 1");
  EXPECT_EQ(Trouble(R"({"format": "synsplice baseline", "version": 1, "services": {}})"), "none");
}

// Whatever is cut off, or changed into what cannot be, is found.
TEST(BaselineText, NothingBrokenIsTaken) {
  const std::string text = TextOfBaselines({{"web", Example()}});
  for (size_t length = 0; length + 2 < text.size(); length += 7) {
    EXPECT_NE(Trouble(text.substr(0, length)), "none") << length;
  }
  const nlohmann::json all = nlohmann::json::parse(text);
  const auto with = [&](const char* path, const nlohmann::json& value) {
    nlohmann::json changed = all;
    changed[nlohmann::json::json_pointer(path)] = value;
    return Trouble(changed.dump());
  };
  constexpr const char* kNumbers = "it has numbers that cannot be";
  EXPECT_EQ(with("/services/web/second/present/0/0", RateHistogram::kBuckets), kNumbers);
  EXPECT_EQ(with("/services/web/second/present/0/1", -1), kNumbers);
  EXPECT_EQ(with("/services/web/second/present/0/1", 1e9), kNumbers);
  EXPECT_EQ(with("/services/web/minute/profile/3", 1e300), kNumbers);
  EXPECT_EQ(with("/services/web/incomplete/0/0", 101), kNumbers);
  EXPECT_EQ(with("/services/web/learned_s", "long"), "it is broken");
  EXPECT_EQ(with("/services/web/held", 7), "it is broken");
}

}  // namespace
}  // namespace synsplice
