// Days of a service, second by second, from one seed: a daily curve with noise, scanners, losses, a
// flash crowd of real clients, and attacks of several kinds. No clock.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "detect/service_detector.h"

namespace synsplice {

// SYNs that become no connection, for a while.
struct Onslaught {
  const char* name;
  int begins, lasts;  // seconds of the day, seconds
  bool is_attack;
};
inline constexpr int kHourS = 3600, kDayS = 24 * kHourS;
inline constexpr Onslaught kFlashCrowd = {"flash crowd", 10 * kHourS + 1234, 1200, false};
inline constexpr Onslaught kOneSource = {"one source, 300/s", 12 * kHourS + 321, 600, true};
inline constexpr Onslaught kSlowRamp = {"slow ramp, 0 to 3000/s in 2 h", 14 * kHourS, 7200, true};
inline constexpr Onslaught kPulses = {"pulses, 2 s of 4000/s each 30 s", 17 * kHourS + 99, 600,
                                      true};
inline constexpr Onslaught kLowRate = {"distributed, 400/s", 20 * kHourS + 456, 1800, true};
inline constexpr Onslaught kFlood = {"flood, 20000/s", 22 * kHourS + 7, 300, true};
inline constexpr Onslaught kOnslaughts[] = {kFlashCrowd, kOneSource, kSlowRamp,
                                            kPulses,     kLowRate,   kFlood};

class RecordedDay {
 public:
  // `gone`: share of the clients' SYNs that become no connection, losses aside.
  explicit RecordedDay(uint64_t seed, double gone = 0.02) : random_(seed), gone_(gone) {}

  // Sums up to the end of the next second. `day`: 0 has no onslaughts.
  ServiceSample Next(int day, int second);

 private:
  double Noise() { return normal_(random_); }
  double Even() { return static_cast<double>(random_() >> 11) * 0x1p-53; }
  double Count(double mean);
  double RealClients(int day, int second);
  double Strangers(int day, int second);

  std::mt19937_64 random_;
  std::normal_distribution<double> normal_;
  const double gone_;
  double wobble_ = 0, late_ = 0;
  int lossy_ = 0;  // seconds yet
  ServiceSample sums_;
};

}  // namespace synsplice
