#include "attack_judge.h"

#include <algorithm>

namespace synsplice {
namespace {

constexpr Milliseconds kSecond{1000};

// Per second; in less than one what there was.
int64_t RateOf(int64_t more, Milliseconds passed) {
  return more * kSecond.count() / std::max(passed, kSecond).count();
}

}  // namespace

// The one of so many looks ago, or the first one that is left.
const AttackJudge::Sample& AttackJudge::Ago(size_t looks) const {
  return samples_[(looks_ - std::min(looks, looks_)) % kSamples];
}

void AttackJudge::Follow(const std::optional<Threshold>& threshold, int64_t value, Time now,
                         Crossed& crossed) {
  if (!threshold) return crossed.reset();
  if (value >= threshold->start || (crossed && value >= threshold->end)) crossed = now;
  if (crossed && now - *crossed >= threshold->hold && *crossed != now) crossed.reset();
}

bool AttackJudge::Look(const AdaptiveConfig& config, Time now, const Sums& sums) {
  const Sample& second = Ago(static_cast<size_t>(kSecond / kLook));
  const Sample& late = Ago(kSamples);
  const int64_t syns = sums.syns - late.sums.syns;
  const int64_t in_flight = syns - std::min(syns, sums.completed - late.sums.completed);
  const int64_t percent = in_flight < kFewIncomplete ? 0 : 100 * in_flight / syns;
  const Milliseconds passed = now - second.at;
  Follow(config.syns_per_second, RateOf(sums.syns - second.sums.syns, passed), now, syns_);
  Follow(config.in_flight, in_flight, now, in_flight_);
  Follow(config.incomplete_percent, percent, now, incomplete_);
  Follow(config.bytes_per_second, RateOf(sums.bytes - second.sums.bytes, passed), now, bytes_);
  samples_[looks_++ % kSamples] = {now, sums};
  return syns_ || in_flight_ || incomplete_ || bytes_;
}

}  // namespace synsplice
