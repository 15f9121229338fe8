// How much memory a configuration takes, all of it at the start.
#pragma once

#include <cstdint>
#include <string>

#include "control/config_loader.h"

namespace synsplice {

// In bytes, over all workers.
struct MemoryPlan {
  // In one piece: the first three, and what tells the pieces apart.
  uint64_t flows = 0;       // the tables, with what tells who has how many entries
  uint64_t handshakes = 0;  // slots of connections that wait for a backend, and their shares
  uint64_t connlimit = 0;
  uint64_t tables = 0;

  uint64_t sketches = 0;  // of prefixes, fragments, neighbours: the same in every configuration
  uint64_t buffers = 0;   // of packets, with DPDK's rings and drivers
  uint64_t held = 0;      // of these, at most: early data

  static constexpr uint64_t kHugePage = 2 << 20;
  // To reserve where memory.huge_pages asks for them.
  uint64_t table_pages() const { return PagesOf(tables); }
  uint64_t buffer_pages() const { return PagesOf(buffers); }

 private:
  static uint64_t PagesOf(uint64_t bytes) { return (bytes + kHugePage - 1) / kHugePage; }
};

MemoryPlan PlanMemory(const ApplianceConfig& config);

// A line for each.
std::string Render(const MemoryPlan& plan, const ApplianceConfig& config);

}  // namespace synsplice
