// DPDK's environment abstraction layer: memory, lcores, device buses.
#pragma once

#include <string>
#include <vector>

#include "control/config_loader.h"

namespace synsplice {

// The command line for EAL (program name excluded). `cpus` are those the process may run on. The
// operator's own arguments come last, so that they win where EAL takes the last of two values;
// vdevs are missing, because Port opens them one by one to name the one that fails.
std::vector<std::string> EalArguments(const ApplianceConfig& config,
                                      const std::vector<unsigned>& cpus,
                                      const std::vector<std::string>& operator_arguments);

// EAL from construction to destruction; once per process, ports are closed before it ends.
class Eal {
 public:
  // Throws StartError. The calling thread becomes the main lcore.
  Eal(const ApplianceConfig& config, const std::vector<std::string>& operator_arguments);
  ~Eal();
  Eal(const Eal&) = delete;
  Eal& operator=(const Eal&) = delete;

  // The lcores that may run workers, as many as the configuration asks for.
  const std::vector<unsigned>& worker_lcores() const { return worker_lcores_; }

 private:
  std::vector<std::string> arguments_;  // EAL keeps pointers into them
  std::vector<unsigned> worker_lcores_;
};

}  // namespace synsplice
