// Who takes how many of the packet buffers (memory.mbufs), so that reception never runs dry.
#pragma once

#include <cstdint>
#include <string_view>

#include "control/appliance_config.h"

namespace synsplice {

// Whether the DPDK device string stands for AF_XDP.
inline bool IsAfXdp(std::string_view device) { return device.starts_with("net_af_xdp"); }

struct BufferPlan {
  // At most, all at the same time.
  uint32_t drivers = 0;  // rings of all ports and queues
  uint32_t held = 0;     // early data
  uint32_t between = 0;  // rings between workers
  uint32_t hands = 0;    // caches and bursts of the workers and the main thread

  uint16_t descriptors = 64;   // of each receive and transmit ring; a power of two, as the next
  uint32_t ring_frames = 256;  // of each ring between workers

  uint32_t total() const { return drivers + held + between + hands; }
};

// The smallest rings if memory.mbufs has no room for larger ones: then total() is what is needed.
BufferPlan PlanBuffers(const ApplianceConfig& config);

inline constexpr uint32_t kMbufBytes = 128;  // of DPDK's structure, in front of the data

// The memory of DPDK's rings and drivers.
uint64_t EalBytes(const ApplianceConfig& config);
// And of all packet buffers too.
uint64_t BufferBytes(const ApplianceConfig& config);

}  // namespace synsplice
