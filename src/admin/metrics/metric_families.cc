#include "admin/metrics/metric_families.h"

#include <prometheus/text_serializer.h>

#include <utility>

namespace synsplice {

void MetricFamilies::BeginShared(prometheus::MetricType type, std::string name, std::string help) {
  families_.push_back({std::move(name), std::move(help), type, {}});
}

void MetricFamilies::Add(double value, Labels labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  metric.counter.value = metric.gauge.value = value;
  families_.back().metric.push_back(std::move(metric));
}

// The last bucket is the serializer's.
void MetricFamilies::Add(const Durations& durations, Labels labels) {
  prometheus::ClientMetric metric;
  metric.label = std::move(labels);
  uint64_t below = 0;
  for (size_t i = 0; i + 1 < durations.buckets.size(); ++i) {
    below += durations.buckets[i];
    const auto bound = static_cast<double>(DurationHistogram::UpperBound(i).count()) / 1000;
    metric.histogram.bucket.push_back({below, bound});
  }
  metric.histogram.sample_count = durations.Count();
  metric.histogram.sample_sum = static_cast<double>(durations.milliseconds) / 1000;
  families_.back().metric.push_back(std::move(metric));
}

std::string MetricFamilies::Text() const {
  return prometheus::TextSerializer().Serialize(families_);
}

}  // namespace synsplice
