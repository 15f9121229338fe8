#include "detect/recorded_day.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace synsplice {
namespace {

bool IsIn(const Onslaught& onslaught, int second) {
  return second >= onslaught.begins && second < onslaught.begins + onslaught.lasts;
}

Prefix SourceOf(const char* address) { return {*ParseAddress(address), 32}; }

}  // namespace

// As Poisson has it.
double RecordedDay::Count(double mean) {
  return std::max(0.0, std::round(mean + std::sqrt(std::max(mean, 0.0)) * Noise()));
}

// 120 to 900 per second, lowest at 4 o'clock; a wobble of some minutes.
double RecordedDay::RealClients(int day, int second) {
  const double angle = 2 * std::numbers::pi * (second - 4 * kHourS) / kDayS;
  wobble_ = 0.99 * wobble_ + 0.02 * Noise();
  double rate = (510 - 390 * std::cos(angle)) * std::exp(wobble_);
  // A crowd is there within seconds, and goes slowly.
  const int into = second - kFlashCrowd.begins;
  if (day > 0 && IsIn(kFlashCrowd, second)) rate += 9 * 510 * std::exp(-into / 900.0);
  return Count(rate);
}

double RecordedDay::Strangers(int day, int second) {
  if (day == 0) return 0;
  if (IsIn(kOneSource, second)) return Count(300);
  if (IsIn(kSlowRamp, second)) {
    return Count(3000.0 * (second - kSlowRamp.begins) / kSlowRamp.lasts);
  }
  if (IsIn(kPulses, second)) return (second - kPulses.begins) % 30 < 2 ? Count(4000) : 0;
  if (IsIn(kLowRate, second)) return Count(400);
  return IsIn(kFlood, second) ? Count(20'000) : 0;
}

ServiceSample RecordedDay::Next(int day, int second) {
  const double clients = RealClients(day, second);
  // Losses of some seconds, a few times a day; a scan of two hundred each hour or so.
  if (lossy_ > 0) --lossy_;
  if (Even() < 5.0 / kDayS) lossy_ = 5 + static_cast<int>(10 * Even());
  const double gone = std::min(Count(clients * (gone_ + (lossy_ > 0 ? 0.1 : 0))), clients);
  const double scan = Even() < 1.0 / kHourS ? Count(200) : 0;
  const double strangers = Strangers(day, second);
  // Three of ten are connected in the second after their SYN only.
  const double connected = std::max(clients - gone, 0.0), late = 0.3 * connected;
  sums_.syns += static_cast<uint64_t>(clients + scan + strangers);
  sums_.completed += static_cast<uint64_t>(connected - late + late_);
  late_ = late;
  sums_.connections = static_cast<uint64_t>(20 * connected);
  sums_.sources = {{SourceOf("198.18.0.1"), Tier::kNone, std::round(0.03 * clients)}};
  if (IsIn(kOneSource, second) && strangers > 0) {
    sums_.sources.insert(sums_.sources.begin(), {SourceOf("198.18.9.9"), Tier::kNone, strangers});
  }
  return sums_;
}

}  // namespace synsplice
