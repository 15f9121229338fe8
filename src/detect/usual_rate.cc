#include "detect/usual_rate.h"

#include <algorithm>

namespace synsplice {
namespace {

constexpr int64_t kHour = 3600;

size_t PlaceOf(int64_t hour) { return static_cast<size_t>(hour % int64_t{UsualRate::kHours}); }

// Of the last hour; how many rates tell it.
double OfLastHour(const UsualRate::Memory& memory, UtcSecond now, double& told) {
  const int64_t age = now / kHour - memory.hour;  // of `present`, in hours
  const double rest = 1 - static_cast<double>(now % kHour) / kHour;
  if (age == 1) {
    told = rest * memory.present.total();
    return P99({}, memory.present, rest);
  }
  if (age != 0) return told = 0;
  told = memory.present.total() + rest * memory.before.total();
  return P99(memory.present, memory.before, rest);
}

double Highest(const UsualRate::Memory& memory) { return std::ranges::max(memory.profile); }

}  // namespace

void UsualRate::Roll(int64_t hour) {
  if (hour == memory_.hour) return;
  if (memory_.present.total() >= kEnough) {
    double& known = memory_.profile[PlaceOf(memory_.hour)];
    const double latest = P99(memory_.present, {}, 0);
    known = known == 0 ? latest : (known + latest) / 2;
  }
  const bool follows = hour == memory_.hour + 1;
  memory_.before = follows ? memory_.present : RateHistogram();
  memory_.present.Clear();
  memory_.hour = hour;
  level_ = Level();
}

// A few rates tell nothing.
double UsualRate::Level() const {
  const double highest = Highest(memory_);
  if (memory_.present.total() + memory_.before.total() < kEnough) return highest;
  return std::max(highest, P99(memory_.present, memory_.before, 1));
}

void UsualRate::Learn(UtcSecond now, double rate) {
  Roll(now / kHour);
  memory_.present.Add(rate);
  if (level_ == 0) level_ = Level();
}

double UsualRate::At(UtcSecond now) const {
  double told = 0;
  const double latest = OfLastHour(memory_, now, told);
  const double same_hour = memory_.profile[PlaceOf(now / kHour)];
  if (same_hour == 0 && told < kEnough) return std::max(latest, Highest(memory_));
  return std::max(latest, same_hour);
}

double UsualRate::OfDay(UtcSecond now) const {
  double told = 0;
  return std::max(OfLastHour(memory_, now, told), Highest(memory_));
}

}  // namespace synsplice
