// Memory, rights and the secret: what the machine and this process have, and what a start takes.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "control/config_loader.h"
#include "system/finding.h"

namespace synsplice {

struct Memory {
  uint64_t available = 0;   // bytes, without swapping
  uint64_t huge_pages = 0;  // of the default size, those in use as well
  uint64_t huge_pages_free = 0;
  uint64_t huge_page = 2u << 20;  // bytes
};

// `proc` is where procfs is: "/proc".
Memory ReadMemory(const std::string& proc);

Findings JudgeMemory(const Memory& memory, const ApplianceConfig& config);
Finding JudgeCapabilities(std::span<const std::string> missing);

// REQUIRES: LoadSecret would say nothing against the file.
Finding JudgeSecret(const std::string& path);

}  // namespace synsplice
