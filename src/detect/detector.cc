#include "detect/detector.h"

#include <algorithm>

namespace synsplice {

Detector::Detector(const Baselines& baselines) {
  for (const auto& [name, baseline] : baselines) {
    if (watched_.size() >= kMost) return;
    watched_.emplace(name, Watched{ServiceDetector(baseline)});
  }
}

void Detector::Look(Time now, std::span<const Subject> subjects) {
  for (auto& [name, watched] : watched_) watched.is_here = false;
  for (const Subject& subject : subjects) {
    Watched& watched = watched_[subject.name];
    if (watched.number != subject.number) watched.detector.Restart();
    watched.number = subject.number;
    watched.is_here = true;
    watched.detector.Look(subject.settings, now, subject.sample);
  }
  Forget(now);
}

void Detector::Forget(Time now) {
  const UtcSecond earliest = ToSecond(now - kRemembers);
  const auto learned_at = [](const auto& of) { return of.second.detector.baseline().learned_at; };
  std::erase_if(watched_,
                [&](const auto& of) { return !of.second.is_here && learned_at(of) < earliest; });
  while (watched_.size() > kMost) {
    watched_.erase(std::ranges::min_element(watched_, {}, [&](const auto& of) {
      return std::pair(of.second.is_here, learned_at(of));
    }));
  }
}

const ServiceRisk* Detector::Find(std::string_view name) const {
  const auto found = watched_.find(name);
  const bool is_here = found != watched_.end() && found->second.is_here;
  return is_here ? &found->second.detector.risk() : nullptr;
}

Baselines Detector::baselines() const {
  Baselines all;
  for (const auto& [name, watched] : watched_) all.emplace(name, watched.detector.baseline());
  return all;
}

}  // namespace synsplice
