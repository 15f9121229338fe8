// The detector of all services: each by its name, so that it goes on over reloads and restarts.
#pragma once

#include <map>
#include <span>
#include <string>

#include "detect/service_detector.h"
#include "synsplice/policy/config.h"

namespace synsplice {

// What was learned, by service.
using Baselines = std::map<std::string, Baseline, std::less<>>;

class Detector {
 public:
  // What a configuration lacks is remembered for so long, and no more than so many in all.
  static constexpr Seconds kRemembers = std::chrono::days(7);
  static constexpr size_t kMost = 2 * size_t{kMaxServices};

  Detector() = default;
  explicit Detector(const Baselines& baselines);

  // One service that there is.
  struct Subject {
    size_t number = 0;  // its sums'
    std::string name;
    ServiceDetector::Settings settings;
    ServiceSample sample;
  };
  // About once a second: all that there are.
  void Look(Time now, std::span<const Subject> subjects);

  // nullptr: it was not looked at.
  const ServiceRisk* Find(std::string_view name) const;
  Baselines baselines() const;

 private:
  struct Watched {
    ServiceDetector detector;
    size_t number = SIZE_MAX;
    bool is_here = false;
  };

  void Forget(Time now);

  std::map<std::string, Watched, std::less<>> watched_;
};

}  // namespace synsplice
