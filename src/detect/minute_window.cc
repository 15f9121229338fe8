#include "detect/minute_window.h"

#include <algorithm>

namespace synsplice {

void MinuteWindow::Add(double syns, double completed) {
  pairs_[next_] = {syns, completed};
  next_ = (next_ + 1) % kPairs;
}

MinuteWindow::Counts MinuteWindow::Second() const {
  const double syns = Ago(1).syns;
  const double completed = std::max(Ago(1).completed, Ago(0).completed);
  return {syns, completed, std::max(syns - completed, 0.0)};
}

MinuteWindow::Counts MinuteWindow::Of(size_t seconds) const {
  Counts sum;
  for (size_t i = 0; i < seconds; ++i) {
    sum.syns += Ago(i + 1).syns;
    sum.completed += Ago(i).completed;
  }
  const auto count = static_cast<double>(seconds);
  return {sum.syns / count, sum.completed / count, std::max(sum.syns - sum.completed, 0.0) / count};
}

}  // namespace synsplice
