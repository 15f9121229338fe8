#include "admin/api/capture_query.h"

#include <gmock/gmock.h>

#include "admin/api/capture_news.h"
#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

std::variant<CaptureOrder, std::string> Parsed(const std::string& body) {
  return ParseCapture({.method = "POST", .path = "/v1/capture", .who = "eve", .body = body},
                      ExampleSnapshot().services);
}

CaptureOrder OrderOf(const std::string& body) {
  const auto parsed = Parsed(body);
  EXPECT_TRUE(std::holds_alternative<CaptureOrder>(parsed)) << std::get<std::string>(parsed);
  return std::get<CaptureOrder>(parsed);
}

std::string WrongWith(const std::string& body) {
  const auto parsed = Parsed(body);
  const auto* sentence = std::get_if<std::string>(&parsed);
  return sentence ? *sentence : "nothing";
}

TEST(CaptureQuery, EverythingIsOptional) {
  for (const char* body : {"", "{}"}) {
    const CaptureOrder order = OrderOf(body);
    EXPECT_EQ(order.who, "eve");
    EXPECT_EQ(order.text, "{}");
    EXPECT_EQ(order.choice.filter, "");
    EXPECT_TRUE(order.choice.before && !order.choice.after);
    EXPECT_EQ(order.choice.count, 0u);
    EXPECT_EQ(order.choice.duration, Seconds(3600));
  }
}

TEST(CaptureQuery, ReadsAllMembers) {
  const std::string body =
      R"({"filter":"tcp","reason":"land","service":"ssh","frames":"both","count":7,)"
      R"("seconds":8,"sample":9,"snaplen":96})";
  const CaptureOrder order = OrderOf(body);
  const CaptureChoice& choice = order.choice;
  EXPECT_EQ(order.text, body);
  EXPECT_EQ(choice.filter, "tcp");
  EXPECT_EQ(choice.reason, Reason::kLand);
  EXPECT_EQ(choice.service, 1);
  EXPECT_TRUE(choice.before && choice.after);
  EXPECT_EQ(choice.count, 7u);
  EXPECT_EQ(choice.duration, Seconds(8));
  EXPECT_EQ(choice.sample, 9u);
  EXPECT_EQ(choice.snap_length, 96u);
  EXPECT_FALSE(OrderOf(R"({"frames": "after"})").choice.before);
}

TEST(CaptureQuery, SaysWhatIsWrong) {
  const std::pair<std::string, std::string> wrongs[] = {
      {"[]", "the body is no JSON object"},
      {"{\"filter\": ", "the body is no JSON object"},
      {R"({"colour": 1})", "there is no member colour"},
      {R"({"filter": 5})", "filter: 5 is no text"},
      {R"({"filter": "a\u0000b"})", "filter: it has a character 0"},
      {R"({"filter": ")" + std::string(1025, 'x') + "\"}",
       "filter: it has more than 1024 characters"},
      {R"({"reason": "none"})", "reason: there is no \"none\""},
      {R"({"reason": ["land"]})", "reason: there is no [\"land\"]"},
      {R"({"reason": "tx_full"})", "reason: what is dropped as tx_full cannot be captured"},
      {R"({"service": "wbe"})", "service: there is no \"wbe\""},
      {R"({"service": 1})", "service: there is no 1"},
      {R"({"frames": "all"})", "frames: \"all\" is none of before, after, both"},
      {R"({"count": 0})", "count: 0 is no number from 1 to 1000000000"},
      {R"({"count": "7"})", "count: \"7\" is no number from 1 to 1000000000"},
      {R"({"seconds": 86401})", "seconds: 86401 is no number from 1 to 86400"},
      {R"({"seconds": -1})", "seconds: -1 is no number from 1 to 86400"},
      {R"({"sample": 1.5})", "sample: 1.5 is no number from 1 to 1000000"},
      {R"({"snaplen": 99999999999999999999})", "snaplen: 1e+20 is no number from 16 to 65535"},
  };
  for (const auto& [body, sentence] : wrongs) EXPECT_EQ(WrongWith(body), sentence) << body;
}

TEST(CaptureQuery, TakesNoParameters) {
  const ApiRequest request{.method = "POST", .path = "/v1/capture", .query = {{"count", "1"}}};
  EXPECT_EQ(std::get<std::string>(ParseCapture(request, {})), "there is no parameter count");
}

TEST(CaptureNews, SaysWhoAndWhatAndHowMuch) {
  const CaptureOrder order{{}, "eve", R"({"filter":"tcp"})"};
  EXPECT_EQ(LineOf({order, false, {}}), R"(eve begins to capture: {"filter":"tcp"})");
  EXPECT_EQ(LineOf({order, true, {5, 6}}),
            R"(eve has captured 5 frames, 6 were lost: {"filter":"tcp"})");
  EXPECT_EQ(ViewOf({order, true, {5, 6}}), JsonValue({{"state", "end"},
                                                      {"who", "eve"},
                                                      {"text", R"({"filter":"tcp"})"},
                                                      {"frames", 5},
                                                      {"lost", 6}}));
}

}  // namespace
}  // namespace synsplice
