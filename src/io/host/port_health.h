// Whether a port does its work, judged once a second by what the kernel and the workers say of it.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>

namespace synsplice {

enum class Trouble : uint8_t {
  kNone,
  kGone,         // its interface is not there any more
  kProgramGone,  // its XDP program was taken away or replaced
  kDown,         // its interface is down or has no carrier
  kStandsStill,  // its interface receives frames, the port does not
};

// What is the matter, as the second half of a sentence.
std::string_view Describe(Trouble trouble);

struct PortObservation {
  bool has_interface = true;  // the one that it was opened on
  bool has_program = true;
  bool is_up = true;
  uint32_t interface_frames = 0;  // received by the kernel's interface; wraps
  uint64_t port_frames = 0;       // received by the workers
};

class PortHealth {
 public:
  Trouble Judge(const PortObservation& observation);

 private:
  bool StandsStill(const PortObservation& observation);

  PortObservation before_;
  bool is_first_ = true;
  unsigned still_ = 0;  // observations without a frame that the interface had
};

// How long to wait before what has failed is tried again.
class BackOff {
 public:
  using Time = std::chrono::steady_clock::time_point;

  bool IsDue(Time now) const { return now >= due_; }
  // Counts an attempt: the next one is due after 1, 2, 4 ... 32 seconds.
  void Tried(Time now);
  void Reset() { *this = BackOff(); }

 private:
  std::chrono::seconds wait_{1};
  Time due_{};
};

}  // namespace synsplice
