#include "io/pcap/explain.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "support/example_frames.h"

namespace synsplice {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

CaptureTime At(int64_t microseconds) {
  return CaptureTime(std::chrono::microseconds(microseconds));
}

class ExplainTest : public ::testing::Test {
 protected:
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

TEST_F(ExplainTest, OneLinePerFrame) {
  explain.OnJudged(
      {At(2'000'007), Side::kOutside, false, input, Verdict::Drop(Reason::kLand), {}, {}, {}});
  EXPECT_THAT(Text(), StartsWith("    1.000007 outside  198.18.0.12:40000 > 198.18.0.10:80 P."));
  EXPECT_THAT(Text(), HasSubstr(" | drop land\n"));
}

TEST_F(ExplainTest, MarksFramesThatWereHeldOrCut) {
  input.missing = 100;
  explain.OnJudged(
      {At(1'000'000), Side::kOutside, true, input, Verdict::Forward(), input.bytes, {}, {}});
  EXPECT_THAT(Text(), StartsWith("    0.000000 held "));
  EXPECT_THAT(Text(), HasSubstr(" [100 bytes cut] | forward: unchanged\n"));
}

TEST_F(ExplainTest, ShowsTheFlowAndTheCookieThatMadeIt) {
  Flow flow{};
  flow.set_phase(Phase::kWaiting);
  explain.OnJudged(
      {At(1'000'000), Side::kOutside, false, input, Verdict::Consumed(), {}, {}, flow});
  EXPECT_THAT(Text(), HasSubstr(" | consumed cookie[mss "));
  EXPECT_THAT(Text(), HasSubstr(" | flow - -> waiting\n"));
}

TEST_F(ExplainTest, IndentsFramesOfTheCore) {
  explain.OnMade({At(1'500'000), false, Side::kInside, input.bytes});
  EXPECT_THAT(Text(), StartsWith("                      sent to inside: 02:00:00:00:00:0c > "));
}

TEST_F(ExplainTest, TellsWhenATimerFired) {
  explain.OnMade({At(1'500'000), true, Side::kOutside, input.bytes});
  EXPECT_THAT(Text(), StartsWith("    0.500000 timer    sent to outside: 02:00:00:00:00:0c > "));
}

TEST_F(ExplainTest, TellsWhatBecameOfHeldFrames) {
  explain.OnHeldEnd(Outbox::SlotEvent::Kind::kRelease, 2);
  explain.OnHeldEnd(Outbox::SlotEvent::Kind::kDiscard, 1);
  EXPECT_EQ(Text(),
            "                      released 2 held frames\n"
            "                      discarded 1 held frame\n");
}

TEST_F(ExplainTest, SummaryNamesWhatIsNotZero) {
  Replay replay(policy, HashKeyFrom(1), At(1'000'000), explain);
  explain.Summarise(replay.proxy());
  EXPECT_EQ(Text(), "flows 0, waiting 0\n");
  replay.Feed({Side::kOutside, At(1'000'001), test::ExampleFrame(false, 0).Build(), 0});
  explain.Summarise(replay.proxy());
  EXPECT_THAT(Text(), HasSubstr("\noutside_frames 1\n"));
  EXPECT_THAT(Text(), HasSubstr("\ndrops.cookie_"));
}

}  // namespace
}  // namespace synsplice
