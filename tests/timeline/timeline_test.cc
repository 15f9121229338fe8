#include "timeline/timeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "timeline/client_text.h"

namespace synsplice {
namespace {

using testing::ElementsAre;

LogRecord At(int second, const char* text, const char* client = "198.18.0.7") {
  LogRecord record{LogTime(std::chrono::seconds(second)), ParseClient(client), "access"};
  record.text = text;
  return record;
}

TimelineQuery Query() { return {*ParseClients("198.18.0.7")}; }

std::vector<std::string> Texts(const Timeline& timeline) {
  std::vector<std::string> texts;
  for (const LogRecord& record : timeline.Sorted()) texts.push_back(record.text);
  return texts;
}

TEST(Timeline, IsSortedByTimeAndThenAsRead) {
  Timeline timeline(Query());
  for (const auto& [second, text] : {std::pair{2, "b"}, {1, "a"}, {2, "c"}, {3, "e"}, {2, "d"}}) {
    timeline.Add(At(second, text));
  }
  EXPECT_THAT(Texts(timeline), ElementsAre("a", "b", "c", "d", "e"));
  EXPECT_EQ(timeline.left_out(), 0u);
}

TEST(Timeline, HoldsOneClientOnly) {
  Timeline timeline(Query());
  timeline.Add(At(1, "stranger", "198.18.0.8"));
  timeline.Add(At(2, "mapped", "::ffff:198.18.0.7"));
  EXPECT_THAT(Texts(timeline), ElementsAre("mapped"));
}

TEST(Timeline, HoldsAPartOfTheTime) {
  TimelineQuery query = Query();
  query.since = LogTime(std::chrono::seconds(2));
  query.until = LogTime(std::chrono::seconds(3));
  Timeline timeline(query);
  for (int second = 1; second < 5; ++second) timeline.Add(At(second, second < 3 ? "2" : "3"));
  EXPECT_THAT(Texts(timeline), ElementsAre("2", "3"));
}

TEST(Timeline, HoldsTheLatest) {
  TimelineQuery query = Query();
  query.limit = 2;
  Timeline timeline(query);
  for (const auto& [second, text] : {std::pair{3, "c"}, {4, "d"}, {1, "a"}, {2, "b"}}) {
    timeline.Add(At(second, text));
  }
  EXPECT_THAT(Texts(timeline), ElementsAre("c", "d"));
  EXPECT_EQ(timeline.left_out(), 2u);
}

TEST(Timeline, EventsAboutNobodyStandAroundTheClient) {
  TimelineQuery query = Query();
  for (const bool client_only : {false, true}) {
    query.client_only = client_only;
    Timeline timeline(query);
    for (const int second : {39, 40, 100, 160, 161}) timeline.Add(At(second, "event", "none"));
    EXPECT_THAT(Texts(timeline), ElementsAre());
    timeline.Add(At(100, "client"));
    if (client_only) {
      EXPECT_THAT(Texts(timeline), ElementsAre("client"));
    } else {
      EXPECT_THAT(Texts(timeline), ElementsAre("event", "client", "event", "event"));
    }
  }
}

TEST(Timeline, KeepsOfALineWhatCanBeShown) {
  Timeline timeline(Query());
  timeline.Add(At(1, "\x1b[2J"));
  timeline.Add(At(2, std::string(1000, 'x').c_str()));
  const std::vector<std::string> texts = Texts(timeline);
  EXPECT_EQ(texts[0], "\\x1b[2J");
  EXPECT_EQ(texts[1].size(), 400u);
}

}  // namespace
}  // namespace synsplice
