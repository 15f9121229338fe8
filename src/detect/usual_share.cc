#include "detect/usual_share.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace synsplice {
namespace {

constexpr double kMinutesOfDay = 1440;

}  // namespace

void UsualShare::Learn(double share, double weight) {
  static const double fades = std::exp2(-1 / kMinutesOfDay);
  for (double& weight : weights_) weight *= fades;
  weights_[static_cast<size_t>(std::lround(100 * std::clamp(share, 0.0, 1.0)))] += weight;
}

std::optional<double> UsualShare::Median() const {
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  if (total <= 0) return std::nullopt;
  double below = 0;
  size_t percent = 0;
  while (percent + 1 < kPercents && (below += weights_[percent]) < total / 2) ++percent;
  return static_cast<double>(percent) / 100;
}

}  // namespace synsplice
