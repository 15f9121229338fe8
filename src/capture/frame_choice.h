// Which frames a capture takes: what can be told before the verdict.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include "capture/capture_choice.h"
#include "io/pcap/frame_filter.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// Immutable: all workers share one.
class FrameChoice {
 public:
  // One sentence about what is wrong with the filter: not an expression, or too much for a worker.
  static std::variant<FrameChoice, std::string> Create(const CaptureChoice& choice);

  // `frame` is all of it. What a backend says that services share is said for each of them.
  bool Takes(const Policy& policy, std::span<const uint8_t> frame) const;

 private:
  FrameChoice(FrameFilter filter, std::optional<uint16_t> service)
      : filter_(std::move(filter)), service_(service) {}
  bool IsOfService(const Policy& policy, std::span<const uint8_t> frame) const;

  FrameFilter filter_;
  std::optional<uint16_t> service_;
};

}  // namespace synsplice
