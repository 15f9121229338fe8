#include "admin/live/live_text.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"
#include "admin/views.h"

namespace synsplice {
namespace {

JsonValue DataOf(const std::string& message) {
  const size_t begin = message.find("data: ") + 6;
  return JsonValue::parse(message.substr(begin, message.find('\n', begin) - begin));
}

TEST(LiveText, AStatusIsOneMessageWithTheViewsOfTheApi) {
  const Snapshot snapshot = ExampleSnapshot();
  const std::string message = StatusMessage(snapshot);
  EXPECT_TRUE(message.starts_with("event: status\ndata: {"));
  EXPECT_EQ(message.find("\n\n"), message.size() - 2);
  const JsonValue all = DataOf(message);
  EXPECT_EQ(all["status"], StatusView(snapshot));
  EXPECT_EQ(all["services"], ServicesView(snapshot));
  EXPECT_EQ(all["backends"], BackendsView(snapshot));
  EXPECT_EQ(all["ports"], PortsView(snapshot));
  EXPECT_EQ(all["workers"], WorkersView(snapshot));
  EXPECT_EQ(all["drops"], DropsView(snapshot));
  EXPECT_EQ(all["top"], SourcesView(snapshot, 20));
}

TEST(LiveText, DropsThatThereWereNoneOfAreLeftOut) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.statistics.drops = {};
  snapshot.statistics.drops[static_cast<size_t>(Reason::kCookieWrong)] = 5;
  const JsonValue drops = DataOf(StatusMessage(snapshot))["drops"];
  ASSERT_EQ(drops.size(), 1u);
  EXPECT_EQ(drops[0]["reason"], "cookie_wrong");
  EXPECT_EQ(drops[0]["frames"], 5);
}

TEST(LiveText, AnEventHasItsNumber) {
  EventBook events;
  for (const char* name : {"first", "second", "third"}) events.Add({{"name", name}});
  uint64_t after = 1;
  EXPECT_EQ(EventMessages(events, after),
            "id: 2\nevent: event\ndata: {\"name\":\"second\"}\n\n"
            "id: 3\nevent: event\ndata: {\"name\":\"third\"}\n\n");
  EXPECT_EQ(after, 3u);
  EXPECT_EQ(EventMessages(events, after), "");
}

TEST(LiveText, AMessageIsOfWholeLinesWhateverItSays) {
  EventBook events;
  events.Add({{"text", "a\n\n\xff"}});
  uint64_t after = 0;
  EXPECT_EQ(EventMessages(events, after),
            "id: 1\nevent: event\ndata: {\"text\":\"a\\n\\n\xef\xbf\xbd\"}\n\n");
}

TEST(LiveText, ManyEventsComePieceByPiece) {
  EventBook events;
  for (int i = 0; i < 100; ++i) events.Add({{"number", i}});
  uint64_t after = 0;
  size_t messages = 0;
  for (std::string text; !(text = EventMessages(events, after)).empty();) {
    size_t here = 0;
    for (size_t at = 0; (at = text.find("\n\n", at)) != std::string::npos; at += 2) ++here;
    EXPECT_LE(here, 64u);
    messages += here;
  }
  EXPECT_EQ(messages, 100u);
  EXPECT_EQ(after, 100u);
}

}  // namespace
}  // namespace synsplice
