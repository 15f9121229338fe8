#include "control/buffer_plan.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

ApplianceConfig With(uint32_t mbufs, unsigned workers) {
  ApplianceConfig config;
  config.ports.outside = "net_af_xdp0,iface=a";
  config.ports.inside = "0000:03:00.1";
  config.mbufs = mbufs;
  config.workers = workers;
  return config;
}

TEST(BufferPlanTest, RingsAreAsLargeAsThereIsRoom) {
  EXPECT_EQ(PlanBuffers(With(1u << 20, 2)).descriptors, 2048);
  EXPECT_EQ(PlanBuffers(With(1u << 20, 2)).ring_frames, 4096u);
  for (const unsigned workers : {1u, 2u}) {
    for (uint32_t mbufs = 16384; mbufs < 65536; mbufs += 1024) {
      EXPECT_LE(PlanBuffers(With(mbufs, workers)).total(), mbufs);
    }
  }
}

TEST(BufferPlanTest, WithoutRoomItTellsWhatIsNeeded) {
  const BufferPlan plan = PlanBuffers(With(2048, 1));
  EXPECT_EQ(plan.drivers, 2048u + 2048 + 64 + 2 * 64);
  EXPECT_EQ(plan.total(), plan.drivers + 1024 + 2 * 512);
  EXPECT_EQ(plan.between, 0u);
}

}  // namespace
}  // namespace synsplice
