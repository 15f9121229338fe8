#include "control/buffer_plan.h"

namespace synsplice {
namespace {

// DPDK's AF_XDP driver keeps so many buffers in the kernel for each queue, whatever the size of its
// rings; and so many that are sent wait for it in the kernel's completion ring.
constexpr uint32_t kAfXdpFill = 2048, kAfXdpCompletion = 2048;
// 256 free buffers in a cache, half as many before it gives any back, and bursts.
constexpr uint32_t kHand = 512;
constexpr uint16_t kMostDescriptors = 2048;
constexpr uint32_t kMostRingFrames = 4096;

uint32_t QueueOf(std::string_view device, uint32_t descriptors) {
  return IsAfXdp(device) ? kAfXdpFill + kAfXdpCompletion + descriptors : 2 * descriptors;
}

// Two sides: strangers on their way to each worker, and what others send through its queues.
uint32_t RingsBetween(const ApplianceConfig& config) {
  if (config.workers == 1) return 0;
  return 2 * config.workers * (config.ports.queues < config.workers ? 2 : 1);
}

void Add(const ApplianceConfig& config, BufferPlan& plan) {
  plan.drivers = config.ports.queues * (QueueOf(config.ports.outside, plan.descriptors) +
                                        QueueOf(config.ports.inside, plan.descriptors));
  plan.between = RingsBetween(config) * plan.ring_frames;
  plan.held = config.core.handshake.hold_frames_total * config.workers;
  plan.hands = kHand * (config.workers + 1);
}

}  // namespace

BufferPlan PlanBuffers(const ApplianceConfig& config) {
  BufferPlan plan;
  Add(config, plan);
  for (BufferPlan larger = plan;; plan = larger) {
    if (larger.descriptors < kMostDescriptors) larger.descriptors *= 2;
    if (larger.ring_frames < kMostRingFrames) larger.ring_frames *= 2;
    Add(config, larger);
    const bool is_largest =
        larger.descriptors == plan.descriptors && larger.ring_frames == plan.ring_frames;
    if (is_largest || larger.total() > config.mbufs) return plan;
  }
}

uint64_t EalBytes(const ApplianceConfig& config) {
  constexpr uint64_t kRingsAndDrivers = 64 << 20;
  constexpr uint64_t kPlaceInRing = 2 * sizeof(void*);  // whose size is a power of two
  return kRingsAndDrivers + kPlaceInRing * config.mbufs;
}

uint64_t BufferBytes(const ApplianceConfig& config) {
  constexpr uint64_t kMempoolObjectOverhead = 128;
  const uint64_t object = kMbufBytes + config.mbuf_data_room + kMempoolObjectOverhead;
  return object * config.mbufs + EalBytes(config);
}

}  // namespace synsplice
