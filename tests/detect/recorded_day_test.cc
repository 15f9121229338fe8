// Rule 45: recorded days. What is an attack is found, what is none is not, whatever the seed; the
// figures of docs/policies.md.
#include "detect/recorded_day.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>

namespace synsplice {
namespace {

constexpr int kSeeds = 8;
constexpr Seconds kFirst{1'700'006'400};  // a midnight, UTC

// Of several days.
struct Figures {
  std::map<std::string, std::vector<int>> delays;  // seconds, of each that was found
  int false_alarms = 0;
  double days = 0;
};

const Onslaught* AttackAt(int day, int second) {
  if (day == 0) return nullptr;
  for (const Onslaught& onslaught : kOnslaughts) {
    // What it leaves in the windows is its own.
    const int end = onslaught.begins + onslaught.lasts + 90;
    if (onslaught.is_attack && second >= onslaught.begins && second < end) return &onslaught;
  }
  return nullptr;
}

class Player {
 public:
  explicit Player(uint64_t seed, double gone = 0.02) : days_(seed, gone) {}

  // Seconds `from` to `to` of a day.
  void Play(int day, int from, int to, Figures& figures) {
    for (int second = from; second < to; ++second) {
      now_ = Time(kFirst + Seconds(day * kDayS + second + 1));
      const bool before = detector_.risk().is_attack;
      detector_.Look({}, now_, days_.Next(day, second));
      if (before || !detector_.risk().is_attack) continue;
      const Onslaught* attack = AttackAt(day, second);
      if (!attack) {
        ++figures.false_alarms;
        std::printf("  false alarm: day %d, %02d:%02d:%02d, %lld %%\n", day, second / kHourS,
                    second / 60 % 60, second % 60,
                    static_cast<long long>(detector_.risk().percent));
      } else if (found_.insert(attack->name).second) {
        figures.delays[attack->name].push_back(second + 1 - attack->begins);
      }
    }
    figures.days += static_cast<double>(to - from) / kDayS;
  }
  // SYNs that nothing backs, so many times more in each minute; answers the rate, in times of the
  // ordinary 840/s, when it is found.
  double RampFoundAt(int from, double growth) {
    double rate = 840, more = 0;
    for (int second = from; rate < 1e6 && !detector_.risk().is_attack; ++second) {
      rate *= std::pow(growth, 1 / 60.0), more += rate - 840;
      ServiceSample sample = days_.Next(0, second);
      sample.syns += static_cast<uint64_t>(more);
      detector_.Look({}, Time(kFirst + Seconds(second + 1)), sample);
    }
    return rate / 840;
  }
  const ServiceDetector& detector() const { return detector_; }

 private:
  RecordedDay days_;
  ServiceDetector detector_;
  Time now_{};
  std::set<std::string> found_;
};

void Print(const char* what, Figures& figures) {
  std::printf("%s: %d false alarms in %.1f days\n", what, figures.false_alarms, figures.days);
  for (const Onslaught& onslaught : kOnslaughts) {
    std::vector<int>& delays = figures.delays[onslaught.name];
    if (delays.empty()) continue;
    std::ranges::sort(delays);
    std::printf("  %-34s found %zu times, after %d s (%d to %d)\n", onslaught.name, delays.size(),
                delays[delays.size() / 2], delays.front(), delays.back());
  }
}

void ExpectAllFound(const Figures& figures, size_t times, int within) {
  for (const Onslaught& onslaught : kOnslaughts) {
    const auto found = figures.delays.find(onslaught.name);
    const size_t count = found == figures.delays.end() ? 0 : found->second.size();
    EXPECT_EQ(count, onslaught.is_attack ? times : 0) << onslaught.name;
    if (count == 0 || onslaught.name == kSlowRamp.name) continue;
    EXPECT_LE(std::ranges::max(found->second), within) << onslaught.name;
  }
}

TEST(RecordedDay, AttacksAreFoundAndCrowdsAreNone) {
  Figures figures;
  for (uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Player player(seed);
    player.Play(0, 0, kDayS, figures);
    player.Play(1, 0, kDayS, figures);
    EXPECT_FALSE(player.detector().risk().learning);
  }
  Print("a day that was learned", figures);
  EXPECT_EQ(figures.false_alarms, 0);
  ExpectAllFound(figures, kSeeds, 60);
  // The ramp at a rate that ordinary days have: 1000/s.
  EXPECT_LE(std::ranges::max(figures.delays[kSlowRamp.name]), kSlowRamp.lasts / 3);
}

bool BeginsInAnAttack(int second) {
  return std::ranges::any_of(kOnslaughts, [&](const Onslaught& onslaught) {
    return onslaught.is_attack && second >= onslaught.begins &&
           second < onslaught.begins + onslaught.lasts;
  });
}

// From nothing, at each hour of the day: what begins half an hour later, or after that. Whoever
// begins to learn in an attack takes it for what is usual, until there was a day without.
TEST(RecordedDay, ColdStart) {
  Figures figures;
  std::map<std::string, size_t> expected;
  for (int hour = 0; hour < 24; ++hour) {
    Player player(100 + static_cast<uint64_t>(hour));
    player.Play(1, hour * kHourS, kDayS, figures);
    for (const Onslaught& onslaught : kOnslaughts) {
      const bool is_met =
          onslaught.begins >= hour * kHourS + 1800 && !BeginsInAnAttack(hour * kHourS);
      if (onslaught.is_attack && is_met) ++expected[onslaught.name];
    }
  }
  Print("from nothing, at each hour", figures);
  EXPECT_EQ(figures.false_alarms, 0);
  for (const auto& [name, times] : expected) EXPECT_GE(figures.delays[name].size(), times) << name;
}

// However many are incomplete usually, the first day, from its lowest hours, has no false alarm,
// and a ramp is found.
TEST(RecordedDay, RampsWhereMostAreIncomplete) {
  for (const double gone : {0.3, 0.9, 1.0}) {
    Figures figures;
    Player player(1, gone);
    player.Play(0, 2 * kHourS, 14 * kHourS, figures);
    for (const double growth : {1.1, 1.4}) {
      Player ramp = player;
      EXPECT_LT(ramp.RampFoundAt(14 * kHourS, growth), 10) << gone << ", " << growth;
    }
    player.Play(0, 14 * kHourS, kDayS, figures);
    EXPECT_EQ(figures.false_alarms, 0) << gone;
  }
}

// Nothing is known, and the attack is there already.
TEST(RecordedDay, AttackAtTheFirstStart) {
  Figures figures;
  Player player(1);
  player.Play(1, kFlood.begins - 5, kFlood.begins + kFlood.lasts, figures);
  Print("at the first start", figures);
  EXPECT_EQ(figures.delays[kFlood.name].size(), 1u);
  EXPECT_TRUE(player.detector().risk().learning);
  EXPECT_LT(player.detector().risk().day.second, 2000) << "it teaches nothing";
}

}  // namespace
}  // namespace synsplice
