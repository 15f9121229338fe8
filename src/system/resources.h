// Memory, rights and the secret: what the machine and this process have, and what a start takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "control/config_loader.h"
#include "io/memory/machine_memory.h"
#include "system/finding.h"

namespace synsplice {

Findings JudgeMemory(const Memory& memory, const ApplianceConfig& config);
Finding JudgeCapabilities(std::span<const std::string> missing);

// REQUIRES: LoadSecret would say nothing against the file.
Finding JudgeSecret(const std::string& path);

}  // namespace synsplice
