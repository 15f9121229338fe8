// Metrics under way to the text format of Prometheus.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "admin/service_statistics.h"

namespace synsplice {

// Collects families; what is added belongs to the one that was begun last.
class MetricFamilies {
 public:
  using Labels = std::vector<prometheus::ClientMetric::Label>;

  // The names of all of ours begin with "synsplice_".
  void Begin(prometheus::MetricType type, const std::string& name, std::string help) {
    BeginShared(type, "synsplice_" + name, std::move(help));
  }
  // One that other programs have under the same name.
  void BeginShared(prometheus::MetricType type, std::string name, std::string help);
  void Add(double value, Labels labels = {});
  void Add(uint64_t value, Labels labels = {}) {
    Add(static_cast<double>(value), std::move(labels));
  }
  // A histogram, in seconds.
  void Add(const Durations& durations, Labels labels);

  std::string Text() const;

 private:
  std::vector<prometheus::MetricFamily> families_;
};

}  // namespace synsplice
