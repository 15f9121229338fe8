#include "io/dpdk/port/port_watch.h"

#include <spdlog/spdlog.h>

namespace synsplice {

void PortWatch::Look(uint64_t received, Time now) {
  if (port_.is_open()) Say(health_.Judge(port_.Observe(received)));
  if (works()) back_off_.Reset();
  if (trouble_ == Trouble::kProgramGone && back_off_.IsDue(now)) {
    back_off_.Tried(now);
    port_.AttachProgram();
  }
}

void PortWatch::Say(Trouble trouble) {
  if (trouble == trouble_) return;
  trouble_ = trouble;
  const std::string port = fmt::format("the {} port \"{}\"", Name(port_.side()), port_.device());
  if (works()) {
    spdlog::info("{} works again", port);
  } else {
    spdlog::warn("{} has stopped: {}", port, Describe(trouble));
  }
}

bool PortWatch::WantsReopening(Time now) const {
  const bool helps =
      !port_.is_open() || trouble_ == Trouble::kGone || trouble_ == Trouble::kStandsStill;
  return helps && back_off_.IsDue(now) && port_.CanOpen();
}

}  // namespace synsplice
