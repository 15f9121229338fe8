#include "programs/diagnosis/metrics_text.h"

#include <cstdlib>

namespace synsplice {

double MetricOf(std::string_view text, const std::string& name) {
  const std::string head = "\n" + name + " ";
  const size_t at = text.find(head);
  if (at == text.npos) return 0;
  const std::string_view value = text.substr(at + head.size());
  return std::strtod(std::string(value.substr(0, value.find('\n'))).c_str(), nullptr);
}

}  // namespace synsplice
