// `synsplicectl check --system FILE`: would synsplice start here and now?
#pragma once

#include <string>

#include "control/config_loader.h"
#include "system/finding.h"

namespace synsplice {

struct SystemRoots {
  std::string sys = "/sys";
  std::string proc = "/proc";
};

// Reads, changes nothing. REQUIRES: the configuration is good for a start.
Findings ExamineSystem(const ApplianceConfig& config, const SystemRoots& roots = {});

// The same of the machine that synsplice runs on with this configuration: without what only a start
// takes, and what it has taken itself.
Findings ExamineRunningSystem(const ApplianceConfig& config, const SystemRoots& roots = {});

// Prints what is wrong with the file, or the findings; the exit status, 1: it would not start.
int RunSystemCheck(const std::string& file);

}  // namespace synsplice
