#include "explain/explain.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <sstream>

#include "support/example_frames.h"

namespace synsplice {
namespace {

using test::Bytes;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class ExplainTest : public ::testing::Test {
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

  ExplainTest() { input.bytes = test::ExampleFrame(false, 0).Build(); }
  ~ExplainTest() override {
    std::fclose(stream);
    std::free(buffer);
  }

  static Connection ClosedConnection() {
    Connection connection;
    connection.key = {*ParseEndpoint("198.18.0.2:4711"), *ParseEndpoint("198.18.0.10:80"), {5, 6}};
    connection.service = "web";
    connection.opened = Connection::Opened::kByCookie;
    connection.opened_at = At(1'250'000);
    connection.spliced_at = At(1'500'000);
    connection.backend = *ParseEndpoint("198.18.0.11:80");
    connection.phase = Phase::kTimeWait;
    connection.frames = {3, 1};
    connection.drops = {{Reason::kLand, 2}, {Reason::kXmas, 1}};
    return connection;
  }
  std::string Text() {
    std::fflush(stream);
    return std::string(buffer, size);
  }

  char* buffer = nullptr;
  size_t size = 0;
  std::FILE* stream = open_memstream(&buffer, &size);
  const Policy policy{OneService()};
  CapturedFrame input;
  Explain explain{policy, At(1'000'000), stream};
};

TEST_F(ExplainTest, NumbersAsWiresharkCounts) {
  input.number = 7;
  explain.OnJudged(
      {At(2'000'007), Side::kOutside, false, input, Verdict::Drop(Reason::kLand), {}, {}, {}});
  EXPECT_THAT(Text(), StartsWith("    7   1.000007 outside 198.18.0.12:40000 > 198.18.0.10:80 P."));
  EXPECT_THAT(Text(), HasSubstr("\n        drop land\n"));
}

TEST_F(ExplainTest, MarksFramesThatWereHeldOrCut) {
  input.missing = 100;
  explain.OnJudged(
      {At(1'000'000), Side::kOutside, true, input, Verdict::Forward(), input.bytes, {}, {}});
  EXPECT_THAT(Text(), StartsWith("    0   0.000000 held    "));
  EXPECT_THAT(Text(), HasSubstr(" [100 bytes cut]\n        forward: unchanged\n"));
}

TEST_F(ExplainTest, ShowsTheFlowAndTheCookieThatMadeIt) {
  Flow flow{};
  flow.set_phase(Phase::kWaiting);
  explain.OnJudged(
      {At(1'000'000), Side::kOutside, false, input, Verdict::Consumed(), {}, {}, flow});
  EXPECT_THAT(Text(), HasSubstr("\n        consumed cookie[mss "));
  EXPECT_THAT(Text(), HasSubstr("\n        flow - -> waiting\n"));
}

TEST_F(ExplainTest, IndentsFramesOfTheCore) {
  explain.OnMade({At(1'500'000), false, Side::kInside, input.bytes});
  EXPECT_THAT(Text(), StartsWith("        sent to inside: 02:00:00:00:00:0c > "));
}

TEST_F(ExplainTest, TellsWhenATimerFired) {
  explain.OnMade({At(1'500'000), true, Side::kOutside, input.bytes});
  EXPECT_THAT(Text(), StartsWith("        0.500000 timer   sent to outside: 02:00:00:00:00:0c > "));
}

TEST_F(ExplainTest, TellsWhatBecameOfHeldFrames) {
  explain.OnHeldEnd(Outbox::SlotEvent::Kind::kRelease, 2);
  explain.OnHeldEnd(Outbox::SlotEvent::Kind::kDiscard, 1);
  EXPECT_EQ(Text(),
            "        released 2 held frames\n"
            "        discarded 1 held frame\n");
}

TEST_F(ExplainTest, FitsTheLines) {
  test::TcpFrame longest = test::ExampleFrame(true, 2);
  longest.options.sack = {{4'000'000'000, 4'100'000'000}, {3'000'000'000, 3'100'000'000}};
  input.bytes = longest.Build();
  input.number = 10'000'000;
  const Bytes other = test::ExampleFrame(false, 0).Build();
  explain.OnJudged(
      {At(86'400'000'000), Side::kOutside, false, input, Verdict::Forward(), other, {}, Flow{}});
  explain.OnMade({At(86'400'000'000), true, Side::kOutside, input.bytes});
  std::istringstream lines(Text());
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 100u) << line;
}

TEST_F(ExplainTest, TellsAConnectionFromItsStartToItsEnd) {
  explain.OnConnection(ClosedConnection());
  EXPECT_EQ(Text(),
            "\n198.18.0.2:4711 > 198.18.0.10:80 (web) vlan 5,6\n"
            "        cookie accepted 0.250000, backend 198.18.0.11:80, spliced 0.500000, closed\n"
            "        frames outside 3, inside 1, dropped: xmas 1, land 2\n");
}

TEST_F(ExplainTest, TellsAConnectionThatNeverOpened) {
  Connection connection = ClosedConnection();
  connection.opened = Connection::Opened::kNot;
  connection.drops.clear();
  explain.OnConnection(connection);
  EXPECT_THAT(Text(), HasSubstr("\n        never opened\n        frames outside 3, inside 1\n"));
}

TEST_F(ExplainTest, CountsConnectionsThatWereOnlyAskedFor) {
  Connection asked;
  asked.asked = true;
  explain.OnConnection(asked);
  explain.OnConnection(asked);
  Replay replay(policy, HashKeyFrom(1), At(1'000'000), explain);
  explain.Summarise(replay.proxy());
  EXPECT_EQ(Text(),
            "\nconnections that were sent a cookie, and nothing came back 2\n"
            "\nflows 0, waiting 0\n");
}

TEST_F(ExplainTest, ANoteIsALine) {
  explain.Note("nothing to say");
  EXPECT_EQ(Text(), "nothing to say\n");
}

TEST_F(ExplainTest, SummaryNamesWhatIsNotZero) {
  Replay replay(policy, HashKeyFrom(1), At(1'000'000), explain);
  explain.Summarise(replay.proxy());
  EXPECT_EQ(Text(), "\nflows 0, waiting 0\n");
  replay.Feed({Side::kOutside, At(1'000'001), test::ExampleFrame(false, 0).Build(), 0});
  explain.Summarise(replay.proxy());
  EXPECT_THAT(Text(), HasSubstr("\noutside_frames 1\n"));
  EXPECT_THAT(Text(), HasSubstr("\ndrops.cookie_"));
}

}  // namespace
}  // namespace synsplice
