// Single numbers out of the text format of Prometheus.
#pragma once

#include <string>
#include <string_view>

namespace synsplice {

// The value of a metric without labels; 0: there is none.
double MetricOf(std::string_view text, const std::string& name);

}  // namespace synsplice
