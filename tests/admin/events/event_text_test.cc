#include "admin/events/event_text.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

JsonValue Event() {
  return {{"timestamp", "2026-01-02T03:04:05.678Z"},
          {"src_type", "synsplice"},
          {"event_type", "attack_start"},
          {"service", "web"},
          {"attack_start", {{"syns_per_second", 7}}}};
}

TEST(EventText, ALineIsJson) {
  EXPECT_EQ(JsonValue::parse(EventLine(Event())), Event());
  EXPECT_EQ(EventLine({{"text", "a\nb\xff"}}), "{\"text\":\"a\\nb\xef\xbf\xbd\"}\n");
}

TEST(EventText, AJournalEntryHasAFieldForEachText) {
  EXPECT_EQ(JournalEntry(Event()),
            "MESSAGE=attack_start service=web syns_per_second=7\n"
            "PRIORITY=4\n"
            "SYSLOG_IDENTIFIER=synsplice\n"
            "SYNSPLICE_TIMESTAMP=2026-01-02T03:04:05.678Z\n"
            "SYNSPLICE_SRC_TYPE=synsplice\n"
            "SYNSPLICE_EVENT_TYPE=attack_start\n"
            "SYNSPLICE_SERVICE=web\n"
            "SYNSPLICE_EVENT=" +
                JsonLine(Event()) + "\n");
}

TEST(EventText, AValueOfSeveralLinesHasItsLength) {
  const std::string entry = JournalEntry({{"event_type", "change"}, {"text", "a\nb"}});
  const std::string expected("SYNSPLICE_TEXT\n\3\0\0\0\0\0\0\0a\nb\n", 27);
  EXPECT_NE(entry.find(expected), std::string::npos) << entry;
}

TEST(EventText, WhatIsBadIsAWarning) {
  const auto is_warning = [](const JsonValue& event) {
    return JournalEntry(event).find("PRIORITY=4\n") != std::string::npos;
  };
  EXPECT_TRUE(is_warning({{"event_type", "port"}, {"state", "down"}}));
  EXPECT_FALSE(is_warning({{"event_type", "port"}, {"state", "up"}}));
  EXPECT_TRUE(is_warning({{"event_type", "reload"}, {"reload", {{"result", "failed"}}}}));
  EXPECT_FALSE(is_warning({{"event_type", "reload"}, {"reload", {{"result", "done"}}}}));
  EXPECT_FALSE(is_warning({{"event_type", "attack_end"}}));
  EXPECT_TRUE(is_warning({{"event_type", "table"}, {"table", {{"state", "full"}}}}));
  EXPECT_FALSE(is_warning({{"event_type", "table"}, {"table", {{"state", "calm"}}}}));
  EXPECT_TRUE(is_warning({{"event_type", "drop"}, {"drop", {{"total", 7}}}}));
}

}  // namespace
}  // namespace synsplice
