// What share of a service's SYNs usually becomes no connection: the median of the last days.
//
// The median, because half of these days would have to be an attack to move it: P99 follows a slow
// one in minutes. It has no hours: what share of clients goes away, or scans, changes little.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

namespace synsplice {

class UsualShare {
 public:
  static constexpr size_t kPercents = 101;
  using Weights = std::array<double, kPercents>;  // by whole percent

  UsualShare() = default;
  explicit UsualShare(const Weights& weights) : weights_(weights) {}

  // That of a minute, 0 to 1, with its weight: 1 if the minute was as usual. A day later it has
  // half of it.
  void Learn(double share, double weight);
  // 0 to 1; nullopt: nothing was learned.
  std::optional<double> Median() const;

  const Weights& weights() const { return weights_; }

 private:
  Weights weights_{};
};

}  // namespace synsplice
