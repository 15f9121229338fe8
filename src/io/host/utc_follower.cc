#include "io/host/utc_follower.h"

namespace synsplice {
namespace {

using std::chrono::milliseconds;

int64_t ReadMs() {
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  const auto offset =
      system_clock::now().time_since_epoch() - steady_clock::now().time_since_epoch();
  return std::chrono::floor<milliseconds>(offset).count();
}

}  // namespace

UtcOffset::UtcOffset() : ms_(ReadMs()) {}

milliseconds UtcOffset::Refresh() {
  const int64_t before = ms();
  ms_.store(ReadMs(), std::memory_order_relaxed);
  return milliseconds(ms() - before);
}

}  // namespace synsplice
