#include "detect/service_detector.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "detect/minute_window.h"

namespace synsplice {
namespace {

Prefix Network(const char* address) { return {*ParseAddress(address), 32}; }

class ServiceDetectorTest : public testing::Test {
 protected:
  // So many seconds, each with so many SYNs and connections.
  const ServiceRisk& Pass(int seconds, uint64_t syns, uint64_t completed) {
    for (int i = 0; i < seconds; ++i) {
      now_ += Seconds(1);
      sample_.syns += syns, sample_.completed += completed;
      detector_.Look(settings_, now_, sample_);
    }
    return detector_.risk();
  }
  void Learn() {
    Pass(700, 100, 98);
    EXPECT_FALSE(detector_.risk().learning);
  }

  ServiceDetector::Settings settings_;
  Time now_ = FromMilliseconds(1'700'006'400'000);
  ServiceSample sample_{5000, 4000, 100, {}};  // of before
  ServiceDetector detector_;
};

TEST(MinuteWindow, AConnectionMayComeInTheSecondAfter) {
  MinuteWindow window;
  window.Add(100, 0);
  window.Add(0, 90);
  EXPECT_EQ(window.Second().incomplete, 10);
  window.Add(0, 0);
  EXPECT_EQ(window.Of(60).incomplete, 10.0 / 60);
  for (int i = 0; i < 60; ++i) window.Add(0, 0);
  EXPECT_EQ(window.Of(60).syns, 0);
}

TEST_F(ServiceDetectorTest, LearnsForTenMinutes) {
  EXPECT_TRUE(Pass(599, 100, 98).learning);
  EXPECT_EQ(detector_.risk().minute.usual_syns, 2000) << "the default";
  EXPECT_FALSE(Pass(3, 100, 98).learning);
  EXPECT_NEAR(detector_.risk().minute.usual_syns, 107, 15);
  EXPECT_EQ(detector_.risk().usual_incomplete, 0.05);
}

// After a restart.
TEST_F(ServiceDetectorTest, WhatIsKnownIsToldAtTheFirstLook) {
  Learn();
  ServiceDetector next(detector_.baseline());
  const ServiceRisk& risk = next.Look(settings_, now_, sample_);
  EXPECT_FALSE(risk.learning);
  EXPECT_EQ(risk.learned_s, detector_.risk().learned_s);
  EXPECT_EQ(risk.day, detector_.risk().day);
}

TEST_F(ServiceDetectorTest, AFloodIsFoundAndIsOver) {
  Learn();
  EXPECT_FALSE(Pass(1, 10'100, 98).is_attack) << "its clients have a second";
  const ServiceRisk& risk = Pass(1, 10'100, 98);
  EXPECT_TRUE(risk.is_attack);
  EXPECT_EQ(risk.second.incomplete, 10'002);
  EXPECT_GT(risk.incomplete, 0.6);
  Pass(60, 10'100, 98);
  EXPECT_TRUE(Pass(10, 100, 98).is_attack) << "the hold";
  EXPECT_FALSE(Pass(2, 100, 98).is_attack);
}

TEST_F(ServiceDetectorTest, ACrowdIsNoAttack) {
  Learn();
  for (int second = 0; second < 120; ++second) {
    EXPECT_EQ(Pass(1, 5000, 4900).percent, second < 1 ? 0 : detector_.risk().percent);
    EXPECT_FALSE(detector_.risk().is_attack);
  }
}

TEST_F(ServiceDetectorTest, ABlinkIsNone) {
  Learn();
  Pass(1, 400, 98);
  EXPECT_FALSE(Pass(1, 100, 98).is_attack) << detector_.risk().percent;
  EXPECT_GT(detector_.risk().second.percent, 300);
  EXPECT_LT(detector_.risk().minute.percent, 300);
}

TEST_F(ServiceDetectorTest, FewAreNone) {
  Learn();
  EXPECT_EQ(Pass(120, 297, 98).percent, 0) << "199 of them";
  EXPECT_TRUE(Pass(120, 299, 98).is_attack);
}

TEST_F(ServiceDetectorTest, AttacksTeachNothing) {
  Learn();
  const uint32_t learned = detector_.baseline().learned_s;
  const double usual = detector_.risk().minute.usual_syns;
  Pass(3600, 2000, 98);
  EXPECT_LE(detector_.baseline().learned_s, learned + 2);
  EXPECT_EQ(detector_.risk().minute.usual_syns, usual);
  EXPECT_EQ(detector_.risk().usual_incomplete, 0.05);
}

TEST_F(ServiceDetectorTest, WhatIsAlwaysIncompleteIsUsual) {
  Pass(1500, 300, 200);
  EXPECT_NEAR(detector_.risk().usual_incomplete, 0.33, 0.01);
  EXPECT_FALSE(Pass(100, 450, 200).is_attack) << "150 more";
  EXPECT_TRUE(Pass(100, 800, 200).is_attack);
}

constexpr int kHourOfLooks = 3600;

// What looks incomplete from the start is an attack for a while, and then what is usual.
TEST_F(ServiceDetectorTest, OneDirectionIsUsualInTheEnd) {
  EXPECT_TRUE(Pass(kHourOfLooks, 1600, 0).is_attack);
  EXPECT_TRUE(detector_.risk().learning) << "it is no time that was learned";
  const ServiceRisk& risk = Pass(kHourOfLooks, 1600, 0);
  EXPECT_FALSE(risk.learning);
  EXPECT_FALSE(risk.is_attack) << risk.percent;
  EXPECT_TRUE(Pass(120, 8000, 0).is_attack) << "the number tells";
}

TEST_F(ServiceDetectorTest, ManyThatAreIncompleteAreUsualInTheEnd) {
  EXPECT_TRUE(Pass(kHourOfLooks, 3000, 1500).is_attack);
  EXPECT_FALSE(Pass(kHourOfLooks, 3000, 1500).is_attack) << detector_.risk().percent;
  EXPECT_FALSE(detector_.risk().learning);
}

// It takes twice as long as is known of how it was before.
TEST_F(ServiceDetectorTest, AShareThatChangesForGoodIsUsualInTheEnd) {
  Pass(3 * kHourOfLooks, 1000, 980);
  EXPECT_TRUE(Pass(6 * kHourOfLooks, 1300, 980).is_attack);
  EXPECT_FALSE(Pass(2 * kHourOfLooks, 1300, 980).is_attack) << detector_.risk().percent;
  EXPECT_NEAR(detector_.risk().usual_incomplete, 0.25, 0.01);
}

// A flood has another share: that is not usual as long as more was known of before.
TEST_F(ServiceDetectorTest, AFloodOfHoursDoesNotRaiseItsMeasure) {
  Pass(12 * kHourOfLooks, 1000, 980);
  const double usual = detector_.risk().day.minute;
  EXPECT_TRUE(Pass(6 * kHourOfLooks, 20'000, 980).is_attack);
  EXPECT_EQ(detector_.risk().day.minute, usual);
  EXPECT_EQ(detector_.risk().usual_incomplete, 0.05);
}

// One source that always sends much, where nobody is ever connected.
TEST_F(ServiceDetectorTest, AUsualSourceOfOneDirectionIsNone) {
  sample_.sources = {{Network("198.18.0.1"), Tier::kNone, 300}};
  EXPECT_FALSE(Pass(2 * kHourOfLooks, 900, 0).is_attack) << detector_.risk().percent;
}

// How many times of what is usual it has when it is found: in each minute so many times more.
struct Ramp {
  double usual, completed, growth;  // SYNs and connections per second; by minute
};
double RampFoundAt(ServiceDetector& detector, Time now, ServiceSample sample, const Ramp& ramp) {
  const auto [usual, completed, growth] = ramp;
  double rate = usual;
  for (; rate < 1e6 && !detector.risk().is_attack; rate *= std::pow(growth, 1 / 60.0)) {
    now += Seconds(1);
    sample.syns += static_cast<uint64_t>(rate);
    sample.completed += static_cast<uint64_t>(completed);
    detector.Look({}, now, sample);
  }
  return rate / usual;
}

// Nothing backs it: it does not raise its own measure, whatever minute of an hour it begins in.
TEST_F(ServiceDetectorTest, RampsAreFoundWhateverIsUsual) {
  for (const uint64_t completed : {0, 100, 400, 700}) {
    detector_ = ServiceDetector();
    Pass(26 * kHourOfLooks, 1000, completed);
    for (int minutes = 0; minutes < 60; minutes += 15) {
      for (const double growth : {1.02, 1.1, 1.25, 1.4}) {
        ServiceDetector detector = detector_;
        const double found = RampFoundAt(detector, now_, sample_,
                                         Ramp{1000, static_cast<double>(completed), growth});
        EXPECT_LT(found, 10) << completed << " of 1000, " << growth << ", at minute " << minutes;
      }
      Pass(900, 1000, completed);
    }
  }
}

// 600 of 700 are an attack, below what tells one as long as nothing is known.
TEST_F(ServiceDetectorTest, ARampOfAnAttackThatWasThereFirst) {
  EXPECT_FALSE(Pass(900, 700, 100).is_attack);
  for (const double growth : {1.1, 1.25, 1.4}) {
    ServiceDetector detector = detector_;
    EXPECT_LT(RampFoundAt(detector, now_, sample_, Ramp{700, 100, growth}), 10) << growth;
  }
}

TEST_F(ServiceDetectorTest, AStartOfNothingTellsNothing) {
  settings_.detector.risk_percent = {0, 0, Seconds(0)};
  Learn();
  const ServiceRisk& risk = Pass(10, 10'000, 98);
  EXPECT_FALSE(risk.is_attack);
  EXPECT_GT(risk.percent, 300) << "for mode adaptive";
}

// 20000 a second with a usual share of 5 %: it takes 3000 to make the service risky.
class SourceTest : public ServiceDetectorTest {
 protected:
  SourceTest() {
    sample_.sources = {{Network("198.18.0.1"), Tier::kNone, 50}};
    Pass(700, 20'000, 19'800);
    sample_.sources.insert(sample_.sources.begin(), {Network("198.18.9.9"), Tier::kNone, 400});
  }
};

TEST_F(SourceTest, OneThatSendsManyIsFound) {
  const ServiceRisk& risk = Pass(60, 20'400, 19'800);
  EXPECT_TRUE(risk.is_attack);
  EXPECT_LT(risk.OfService(), 100);
  EXPECT_EQ(risk.sources.front().source, Network("198.18.9.9"));
  EXPECT_GT(risk.sources.front().percent, 300);
  EXPECT_EQ(risk.sources.back().percent, 0);
}

TEST_F(SourceTest, OneWhoseClientsAreRealIsNot) {
  EXPECT_EQ(Pass(60, 20'400, 20'200).sources.front().percent, 0);
}

// Those that are no longer here make place for one that is.
TEST_F(SourceTest, ManyThatCameAndWentHideNone) {
  const SourceSample one = sample_.sources.front();
  for (uint32_t i = 0; i < 2 * ServiceDetector::kMostSources; ++i) {
    sample_.sources = {{Network("198.18.0.1"), Tier::kNone, 50},
                       {Network(("198.18.7." + std::to_string(i)).c_str()), Tier::kNone, 5000}};
    Pass(1, 20'000, 19'800);
  }
  sample_.sources = {one};
  EXPECT_TRUE(Pass(60, 20'400, 19'800).is_attack);
  EXPECT_EQ(detector_.risk().sources.front().source, one.source);
}

TEST_F(SourceTest, ListsWeigh) {
  const auto percent = [&](Tier tier) {
    sample_.sources.front().tier = tier;
    return Pass(1, 20'400, 19'800).sources.front().percent;
  };
  Pass(60, 20'400, 19'800);
  const int64_t plain = percent(Tier::kNone);
  EXPECT_NEAR(static_cast<double>(percent(Tier::kAllow)), 0.5 * static_cast<double>(plain), 40);
  EXPECT_NEAR(static_cast<double>(percent(Tier::kLog)), 1.5 * static_cast<double>(plain), 40);
  EXPECT_NEAR(static_cast<double>(percent(Tier::kChallenge)), 2.0 * static_cast<double>(plain), 40);
}

TEST_F(SourceTest, WhatTheWorstOneHoldsIsEstimated) {
  sample_.connections = 40'000;
  sample_.sources = {{Network("198.18.0.1"), Tier::kNone, 200}};
  Pass(60, 20'000, 19'800);
  EXPECT_NEAR(detector_.risk().day.held, 440, 40) << "a hundredth of the SYNs";
}

TEST_F(ServiceDetectorTest, LateLooksAreMeans) {
  Learn();
  const uint32_t learned = detector_.baseline().learned_s;
  now_ += Seconds(5);
  sample_.syns += 500, sample_.completed += 490;
  EXPECT_EQ(detector_.Look(settings_, now_, sample_).second.syns, 100);
  EXPECT_EQ(detector_.baseline().learned_s, learned + 5);
  now_ += Milliseconds(100);
  sample_.syns += 10'000;
  EXPECT_EQ(detector_.Look(settings_, now_, sample_).second.syns, 100) << "too early";
}

}  // namespace
}  // namespace synsplice
