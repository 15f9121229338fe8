// Collects what DPDK logs while it opens something, to put it into one sentence.
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>

namespace synsplice {

// The level unless the operator sets another: RTE_LOG_WARNING.
inline constexpr uint32_t kQuietLogLevel = 5;

// From construction to destruction DPDK logs into this object, afterwards to stderr.
class LogCapture {
 public:
  LogCapture();
  ~LogCapture();
  LogCapture(const LogCapture&) = delete;
  LogCapture& operator=(const LogCapture&) = delete;

  // The lines so far, joined by "; "; `otherwise` if there are none.
  std::string TextOr(const std::string& otherwise);

 private:
  char* text_ = nullptr;
  size_t size_ = 0;
  FILE* stream_;
};

}  // namespace synsplice
