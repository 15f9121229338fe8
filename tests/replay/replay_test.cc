#include "replay/replay.h"

#include <gmock/gmock.h>

#include <chrono>

#include "replay/replay_dialogue.h"

namespace synsplice {
namespace {

using namespace std::chrono_literals;
using test::ReplayDialogue;
using test::TcpFrame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kRelease = Outbox::SlotEvent::Kind::kRelease;
constexpr auto kDiscard = Outbox::SlotEvent::Kind::kDiscard;

class ReplayTest : public ::testing::Test {
 protected:
  // The client's handshake, with `early` behind its ACK.
  void Open(const std::string& early) {
    dialogue.FromClient(0ms, test::kS);
    const TcpFrame answer = dialogue.LastOutput();
    EXPECT_EQ(answer.flags, test::kS | test::kA);
    dialogue.client_ack = answer.seq + 1;
    dialogue.FromClient(10ms, test::kA, early);
  }

  ReplayDialogue dialogue;
};

TEST_F(ReplayTest, TellsTheVerdictAndTheFlowAroundIt) {
  Open("");
  const auto& judged = dialogue.judged();
  ASSERT_EQ(judged.size(), 2u);
  EXPECT_EQ(judged[0].verdict, Verdict::Bounce());
  EXPECT_FALSE(judged[0].flow_after);
  EXPECT_EQ(judged[1].verdict, Verdict::Consumed());
  EXPECT_FALSE(judged[1].flow_before);
  EXPECT_EQ(judged[1].flow_after.value().phase(), Phase::kWaiting);
  ASSERT_EQ(dialogue.made().size(), 1u);
  EXPECT_EQ(dialogue.made()[0].to, Side::kInside);
  EXPECT_FALSE(dialogue.made()[0].by_timer);
}

TEST_F(ReplayTest, ReleasedFramesAreJudgedAgain) {
  Open("early");
  EXPECT_EQ(dialogue.judged().back().verdict.kind, Verdict::Kind::kHold);
  dialogue.FromServer(20ms, test::kS | test::kA);
  EXPECT_THAT(dialogue.held_ends(), ElementsAre(std::pair(kRelease, 1u)));
  const auto& again = dialogue.judged().back();
  EXPECT_TRUE(again.released);
  EXPECT_EQ(again.verdict, Verdict::Forward());
  EXPECT_EQ(again.time, dialogue.At(20ms));
  EXPECT_EQ(dialogue.LastOutput().payload, "early");
}

TEST_F(ReplayTest, TimersFireWhenTheyAreDue) {
  Open("early");
  dialogue.Unrelated(20s);
  std::vector<CaptureTime> fired;
  for (const auto& made : dialogue.made()) {
    if (made.by_timer) fired.push_back(made.time);
  }
  EXPECT_THAT(fired, ElementsAre(dialogue.At(1010ms), dialogue.At(3010ms), dialogue.At(7010ms),
                                 dialogue.At(15010ms)));
  EXPECT_THAT(dialogue.held_ends(), ElementsAre(std::pair(kDiscard, 1u)));
}

TEST_F(ReplayTest, NothingHappensBehindTheLastFrame) {
  Open("");
  dialogue.Unrelated(900ms);
  EXPECT_EQ(dialogue.made().size(), 1u);
}

TEST_F(ReplayTest, TheClockNeverStepsBack) {
  dialogue.Unrelated(5s);
  dialogue.Unrelated(1s);
  EXPECT_EQ(dialogue.judged().back().time, dialogue.At(5s));
  dialogue.Unrelated(6s);
  EXPECT_EQ(dialogue.judged().back().time, dialogue.At(6s));
}

TEST_F(ReplayTest, GapsOfDaysAreCrossedAndFlowsExpire) {
  Open("");
  dialogue.FromServer(20ms, test::kS | test::kA);
  EXPECT_EQ(dialogue.replay().proxy().flow_count(), 1u);
  dialogue.Unrelated(72h);
  EXPECT_EQ(dialogue.replay().proxy().flow_count(), 0u);
  EXPECT_THAT(dialogue.held_ends(), IsEmpty());
}

// Each step of the clock lets the core look through its table: 60 000 of them would take minutes.
TEST_F(ReplayTest, YearsAreCrossedAtOnceWhateverLives) {
  Open("");
  dialogue.FromServer(20ms, test::kS | test::kA);
  const auto begun = std::chrono::steady_clock::now();
  for (int day = 1; day <= 30; ++day) dialogue.Unrelated(day * 24h);
  dialogue.Unrelated(24h * 365 * 150);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
  EXPECT_EQ(dialogue.judged().back().time, dialogue.At(24h * 365 * 150));
}

// Idle time is kept modulo 72 hours: a flow must not look young again behind a long gap.
TEST_F(ReplayTest, AFlowDoesNotOutliveAGapOfItsClock) {
  Open("");
  dialogue.FromServer(20ms, test::kS | test::kA);
  dialogue.Unrelated(std::chrono::seconds(4 << 16));
  EXPECT_EQ(dialogue.replay().proxy().flow_count(), 0u);
}

TEST(ReplayKeys, DifferBySeedAndPurpose) {
  EXPECT_EQ(HashKeyFrom(7), HashKeyFrom(7));
  EXPECT_NE(HashKeyFrom(7), HashKeyFrom(8));
  EXPECT_NE(CookieSecretFrom(7), CookieSecretFrom(8));
  EXPECT_NE(CookieSecretFrom(7), HashKeyFrom(7));
}

}  // namespace
}  // namespace synsplice
