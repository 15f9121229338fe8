#include "io/host/port_health.h"

#include <algorithm>

namespace synsplice {
namespace {

// One observation may fall between a frame's two counts.
constexpr unsigned kStillObservations = 2;
constexpr std::chrono::seconds kLongestWait{32};

}  // namespace

std::string_view Describe(Trouble trouble) {
  switch (trouble) {
    case Trouble::kNone:
      return "it works";
    case Trouble::kGone:
      return "its network interface is gone";
    case Trouble::kProgramGone:
      return "its XDP program was taken away";
    case Trouble::kDown:
      return "its network interface is down or has no carrier";
    case Trouble::kStandsStill:
      return "its network interface receives frames, the port does not";
  }
  return "";
}

Trouble PortHealth::Judge(const PortObservation& observation) {
  const bool stands_still = StandsStill(observation);
  before_ = observation;
  is_first_ = false;
  if (!observation.has_interface) return Trouble::kGone;
  if (!observation.has_program) return Trouble::kProgramGone;
  if (!observation.is_up) return Trouble::kDown;
  return stands_still ? Trouble::kStandsStill : Trouble::kNone;
}

bool PortHealth::StandsStill(const PortObservation& observation) {
  if (is_first_ || observation.port_frames != before_.port_frames) {
    still_ = 0;
  } else if (observation.interface_frames != before_.interface_frames) {
    ++still_;
  }
  return still_ >= kStillObservations;
}

void BackOff::Tried(Time now) {
  due_ = now + wait_;
  wait_ = std::min(2 * wait_, kLongestWait);
}

}  // namespace synsplice
