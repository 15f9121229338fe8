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

bool AttackJudge::Follow(const std::optional<Threshold>& threshold, int64_t value, Time now,
                         Crossing& crossing) {
  if (threshold) return crossing.Follow(*threshold, value, now);
  crossing.Forget();
  return false;
}

bool AttackJudge::Look(const AdaptiveConfig& config, Time now, const Sums& sums,
                       int64_t risk_percent) {
  const Sample& second = Ago(static_cast<size_t>(kSecond / kLook));
  const Sample& late = Ago(kSamples);
  const int64_t syns = sums.syns - late.sums.syns;
  const int64_t in_flight = syns - std::min(syns, sums.completed - late.sums.completed);
  const int64_t percent = in_flight < kFewIncomplete ? 0 : 100 * in_flight / syns;
  const Milliseconds passed = now - second.at;
  const int64_t rate = RateOf(sums.syns - second.sums.syns, passed);
  const int64_t bytes = RateOf(sums.bytes - second.sums.bytes, passed);
  // All of them: each remembers.
  bool is_attack = Follow(config.syns_per_second, rate, now, syns_);
  is_attack |= Follow(config.in_flight, in_flight, now, in_flight_);
  is_attack |= Follow(config.incomplete_percent, percent, now, incomplete_);
  is_attack |= Follow(config.bytes_per_second, bytes, now, bytes_);
  is_attack |= Follow(config.risk_percent, risk_percent, now, risk_);
  samples_[looks_++ % kSamples] = {now, sums};
  return is_attack;
}

}  // namespace synsplice
