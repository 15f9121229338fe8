// Whether a service in mode adaptive is under attack (rule 38).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "synsplice/base/time.h"
#include "synsplice/policy/config.h"
#include "watch/crossing.h"

namespace synsplice {

class AttackJudge {
 public:
  // How often it looks, and what "of late" means.
  static constexpr Milliseconds kLook{100}, kLate{4000};
  // So few SYNs without a connection prove nothing, whatever their share.
  static constexpr int64_t kFewIncomplete = 100;

  // All since the start.
  struct Sums {
    int64_t syns = 0;
    int64_t completed = 0;  // connections that they have become
    int64_t bytes = 0;      // that have arrived outside
  };

  AttackJudge() = default;
  // What has come before is none of its business.
  AttackJudge(Time now, const Sums& sums) : looks_(1) { samples_[0] = {now, sums}; }

  // Looks at what has come since the looks before, and at what the detector says of it (rule 45).
  // REQUIRES: a look each kLook or less often.
  bool Look(const AdaptiveConfig& config, Time now, const Sums& sums, int64_t risk_percent);

 private:
  struct Sample {
    Time at{};
    Sums sums;
  };
  static constexpr size_t kSamples = static_cast<size_t>(kLate / kLook);

  const Sample& Ago(size_t looks) const;
  static bool Follow(const std::optional<Threshold>& threshold, int64_t value, Time now,
                     Crossing& crossing);

  std::array<Sample, kSamples> samples_{};
  size_t looks_ = 0;
  Crossing syns_, in_flight_, incomplete_, bytes_, risk_;
};

// A service that a worker watches for all.
struct AdaptiveService {
  uint16_t number = 0;
  AttackJudge::Sums told = {};  // of this worker's, to the others
  AttackJudge judge = {};
};

}  // namespace synsplice
