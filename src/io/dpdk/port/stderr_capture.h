// What DPDK and the libraries behind its drivers say while they open or close something.
#pragma once

#include <cstdint>
#include <string>

namespace synsplice {

// DPDK's log level unless the operator sets another: RTE_LOG_WARNING.
inline constexpr uint32_t kQuietLogLevel = 5;

// From construction to destruction everything that the process writes to stderr ends here:
// libbpf and libxdp, which AF_XDP uses, write a dozen lines about nothing for every port. An
// operator who raised DPDK's log level gets it all afterwards. One at a time.
class StderrCapture {
 public:
  StderrCapture();
  ~StderrCapture();
  StderrCapture(const StderrCapture&) = delete;
  StderrCapture& operator=(const StderrCapture&) = delete;

  // The line most likely to say why something failed: the kernel's own words if there are any,
  // else the first line of DPDK. Empty: nothing was said.
  std::string Cause() const;

 private:
  std::string Text() const;

  int file_;    // in memory
  int stderr_;  // where stderr went before
};

}  // namespace synsplice
