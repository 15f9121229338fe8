#include "admin/events/list_events.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kNow = FromMilliseconds(1700000000000);

ClientNote NoteOf(uint32_t client, ListId list = 1) {
  return {ClientNote::Kind::kListed, list, 0, Address::V4(client)};
}

TEST(ListEvents, AClientIsToldOnceAMinute) {
  ListEvents events;
  EXPECT_TRUE(events.IsToTell(NoteOf(1), kNow));
  EXPECT_FALSE(events.IsToTell(NoteOf(1), kNow + Seconds(59)));
  EXPECT_TRUE(events.IsToTell(NoteOf(1, 2), kNow + Seconds(59)));
  EXPECT_TRUE(events.IsToTell(NoteOf(1), kNow + Seconds(60)));
}

TEST(ListEvents, ManyClientsAreToldAFewInASecond) {
  ListEvents events;
  int told = 0;
  for (uint32_t i = 0; i < 10000; ++i) {
    told += events.IsToTell(NoteOf(i), kNow + Milliseconds(i / 10));
  }
  EXPECT_GE(told, 10);
  EXPECT_LE(told, 20);
}

TEST(ListEvents, WhatIsTold) {
  Snapshot snapshot;
  snapshot.services.emplace_back().name = "web";
  snapshot.lists = {{"drop", 1, Tier::kBlock}};
  const JsonValue hit = HitEvent(kNow, NoteOf(0xc6120001), snapshot);
  EXPECT_EQ(hit["client_ip"], "198.18.0.1");
  EXPECT_EQ(hit["service"], "web");
  EXPECT_EQ(hit["list"].dump(), R"({"action":"hit","name":"drop","tier":"block"})");
  const ListBook::Ban ban{"drop", Tier::kBlock, *ParsePrefix("198.18.0.0/24"), {kNow, "web"}};
  const JsonValue banned = BanEvent(kNow, *ParseAddress("198.18.0.1"), ban);
  EXPECT_EQ(banned["event_type"], "list");
  EXPECT_EQ(banned["list"]["prefix"], "198.18.0.0/24");
  EXPECT_EQ(banned["list"]["expires"], "2023-11-14T22:13:20.000Z");
  const JsonValue unbanned = UnbanEvent(kNow, {"drop", ban.prefix, ban.entry});
  EXPECT_EQ(unbanned["list"]["action"], "unban");
}

}  // namespace
}  // namespace synsplice
