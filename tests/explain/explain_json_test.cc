#include "explain/explain_json.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "support/example_frames.h"

namespace synsplice {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::StartsWith;

class ExplainJsonTest : public ::testing::Test {
 protected:
  static CaptureTime At(int64_t microseconds) {
    return CaptureTime(std::chrono::microseconds(microseconds));
  }
  static Config OneService() {
    Config config;
    config.services.resize(1);
    config.services[0].listen = {*ParseEndpoint("198.18.0.10:80")};
    return config;
  }
  ~ExplainJsonTest() override {
    std::fclose(stream);
    std::free(buffer);
  }

  // The one object that was told.
  json Object() {
    std::fflush(stream);
    const std::string text(buffer, size);
    EXPECT_EQ(text.find('\n'), text.size() - 1);
    return json::parse(text);
  }

  static std::vector<std::string> KeysOf(const json& object) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : object.items()) keys.push_back(key);
    return keys;
  }

  char* buffer = nullptr;
  size_t size = 0;
  std::FILE* stream = open_memstream(&buffer, &size);
  const Policy policy{OneService()};
  ExplainJson explain{policy, At(1'000'000), stream};
};

TEST_F(ExplainJsonTest, AFrame) {
  CapturedFrame input{Side::kOutside, {}, test::ExampleFrame(false, 0).Build(), 100, 7};
  explain.OnJudged(
      {At(2'000'007), Side::kOutside, false, input, Verdict::Drop(Reason::kLand), {}, {}, {}});
  const json frame = Object();
  EXPECT_THAT(KeysOf(frame), ElementsAre("cookie", "cut", "destination", "flow", "frame", "held",
                                         "number", "output", "phase_after", "phase_before",
                                         "reason", "side", "source", "time", "type", "verdict"));
  EXPECT_EQ(frame["type"], "frame");
  EXPECT_EQ(frame["number"], 7);
  EXPECT_EQ(frame["side"], "outside");
  EXPECT_EQ(frame["held"], false);
  EXPECT_EQ(frame["time"], 1.000007);
  EXPECT_EQ(frame["cut"], 100);
  EXPECT_EQ(frame["source"], "198.18.0.12:40000");
  EXPECT_EQ(frame["destination"], "198.18.0.10:80");
  EXPECT_EQ(frame["verdict"], "drop");
  EXPECT_EQ(frame["reason"], "land");
  EXPECT_TRUE(frame["output"].is_null());
  EXPECT_TRUE(frame["flow"].is_null());
}

TEST_F(ExplainJsonTest, AFrameThatMadeAFlow) {
  CapturedFrame input{Side::kOutside, {}, test::ExampleFrame(false, 0).Build(), 0, 7};
  Flow flow{};
  flow.set_phase(Phase::kWaiting);
  explain.OnJudged(
      {At(1'000'000), Side::kOutside, true, input, Verdict::Forward(), input.bytes, {}, flow});
  const json frame = Object();
  EXPECT_EQ(frame["held"], true);
  EXPECT_TRUE(frame["reason"].is_null());
  EXPECT_EQ(frame["output"], "unchanged");
  EXPECT_THAT(frame["cookie"].get<std::string>(), StartsWith("cookie[mss "));
  EXPECT_TRUE(frame["phase_before"].is_null());
  EXPECT_EQ(frame["phase_after"], "waiting");
  EXPECT_EQ(frame["flow"], "- -> waiting");
}

TEST_F(ExplainJsonTest, AFrameOfTheCore) {
  explain.OnMade({At(1'500'000), true, Side::kInside, test::ExampleFrame(false, 0).Build()});
  const json made = Object();
  EXPECT_THAT(KeysOf(made), ElementsAre("frame", "time", "timer", "to", "type"));
  EXPECT_EQ(made["time"], 0.5);
  EXPECT_EQ(made["timer"], true);
  EXPECT_EQ(made["to"], "inside");
}

TEST_F(ExplainJsonTest, TheEndOfHeldFrames) {
  explain.OnHeldEnd(Outbox::SlotEvent::Kind::kDiscard, 2);
  EXPECT_EQ(Object(), (json{{"type", "held_end"}, {"released", false}, {"frames", 2}}));
}

TEST_F(ExplainJsonTest, AConnection) {
  Connection connection;
  connection.key = {*ParseEndpoint("198.18.0.2:4711"), *ParseEndpoint("198.18.0.10:80"), {5, 0}};
  connection.service = "web";
  connection.asked = true;
  connection.opened = Connection::Opened::kByCookie;
  connection.opened_at = At(1'250'000);
  connection.phase = Phase::kTimeWait;
  connection.frames = {3, 1};
  connection.drops = {{Reason::kLand, 2}};
  explain.OnConnection(connection);
  EXPECT_EQ(Object(), (json{{"type", "connection"},
                            {"client", "198.18.0.2:4711"},
                            {"server", "198.18.0.10:80"},
                            {"service", "web"},
                            {"vlan", {{"outer", 5}, {"inner", 0}}},
                            {"asked", true},
                            {"opened", "cookie"},
                            {"opened_at", 0.25},
                            {"spliced_at", nullptr},
                            {"backend", nullptr},
                            {"phase", "time_wait"},
                            {"end", "closed"},
                            {"frames", {{"outside", 3}, {"inside", 1}}},
                            {"drops", {{"land", 2}}}}));
}

TEST_F(ExplainJsonTest, TheSummaryNamesWhatIsNotZero) {
  class Silent final : public ReplayObserver {
    void OnJudged(const JudgedFrame&) override {}
    void OnMade(const MadeFrame&) override {}
    void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}
  } silent;
  Replay replay(policy, HashKeyFrom(1), At(1'000'000), silent);
  replay.Feed({Side::kOutside, At(1'000'001), test::ExampleFrame(false, 0).Build()});
  explain.Summarise(replay.proxy());
  const json summary = Object();
  EXPECT_THAT(KeysOf(summary), ElementsAre("drops", "events", "flows", "type", "waiting"));
  EXPECT_EQ(summary["events"]["outside_frames"], 1);
  EXPECT_FALSE(summary["events"].contains("inside_frames"));
  EXPECT_EQ(summary["drops"].size(), 1u);
}

TEST_F(ExplainJsonTest, ANoteWithAnybodysBytes) {
  explain.Note("interfaces \xff");
  EXPECT_EQ(Object(), (json{{"type", "note"}, {"text", "interfaces \xef\xbf\xbd"}}));
}

}  // namespace
}  // namespace synsplice
