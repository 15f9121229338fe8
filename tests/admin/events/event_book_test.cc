#include "admin/events/event_book.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

JsonValue Numbered(uint64_t number) { return {{"number", number}}; }

TEST(EventBook, NothingHasHappened) {
  EXPECT_EQ(EventBook().After(0).dump(), R"({"events":[],"last":0})");
}

TEST(EventBook, AnEventIsToldAsItWasNoted) {
  constexpr const char* kText =
      R"({"timestamp":"2026-12-01T05:00:00.000001+0000","synsplice":{"service":"web","rates":)"
      R"([0.1,-1,18446744073709551615],"none":null,"over":true,"name":"\u00fc \n"},"a":{}})";
  EventBook book;
  book.Add(JsonValue::parse(kText));
  EXPECT_EQ(book.After(0)["events"][0].dump(), JsonValue::parse(kText).dump());
}

TEST(EventBook, WhoKnowsSomeGetsTheOthers) {
  EventBook book;
  for (uint64_t i = 1; i <= 3; ++i) book.Add(Numbered(i));
  EXPECT_EQ(book.After(0)["events"].size(), 3u);
  EXPECT_EQ(book.After(2), JsonValue::parse(R"({"events": [{"number": 3}], "last": 3})"));
  EXPECT_EQ(book.After(3).dump(), R"({"events":[],"last":3})");
}

TEST(EventBook, SomeAtATime) {
  EventBook book;
  for (uint64_t i = 1; i <= 5; ++i) book.Add(Numbered(i));
  EXPECT_EQ(book.After(1, 2),
            JsonValue::parse(R"({"events": [{"number": 2}, {"number": 3}], "last": 3})"));
  EXPECT_EQ(book.After(3, 2)["last"], 5u);
  EXPECT_EQ(book.After(5, 2).dump(), R"({"events":[],"last":5})");
}

TEST(EventBook, TheOldestAreForgotten) {
  EventBook book;
  for (uint64_t i = 1; i <= EventBook::kKept + 5; ++i) book.Add(Numbered(i));
  const JsonValue all = book.After(2);
  EXPECT_EQ(all["events"].size(), EventBook::kKept);
  EXPECT_EQ(all["events"][0]["number"], 6u);
  EXPECT_EQ(all["last"], EventBook::kKept + 5);
}

// The appliance was started again: whoever followed it hears of everything.
TEST(EventBook, NumbersOfAnEarlierProcess) {
  EventBook book;
  book.Add(Numbered(1));
  EXPECT_EQ(book.After(1000)["events"].size(), 1u);
}

}  // namespace
}  // namespace synsplice
