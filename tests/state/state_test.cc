#include "synsplice/state/state.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(StateLayout, SizesDefineIt) {
  const Config config;
  const uint64_t checksum = StateLayout(config, 1).layout.checksum();
  EXPECT_EQ(StateLayout(config, 1).layout.checksum(), checksum);
  EXPECT_NE(StateLayout(config, 2).layout.checksum(), checksum);
  Config more_flows = config, more_slots = config, more_networks = config, more_held = config;
  more_flows.flow_table_entries *= 2;
  more_slots.handshake.slots *= 2;
  more_networks.connlimit_table_entries *= 2;
  more_held.handshake.hold_frames_total = 1 << 20;
  for (const Config& other : {more_flows, more_slots, more_networks, more_held}) {
    EXPECT_NE(StateLayout(other, 1).layout.checksum(), checksum);
  }
}

// What lives in the tables stays when the operator adds a service or a backend.
TEST(StateLayout, ServicesDoNot) {
  Config config;
  const uint64_t checksum = StateLayout(config, 1).layout.checksum();
  config.services.resize(3);
  config.services[1].backends.resize(7);
  EXPECT_EQ(StateLayout(config, 1).layout.checksum(), checksum);
}

TEST(StateLayout, EveryWorkerHasItsOwnTables) {
  const StateLayout layout(Config{}, 3);
  ASSERT_EQ(layout.workers.size(), 3u);
  for (size_t i = 1; i < 3; ++i) {
    const WorkerPlaces &before = layout.workers[i - 1], &worker = layout.workers[i];
    EXPECT_GE(worker.flows.flows.offset, before.held_shares.of_prefix.offset +
                                             before.held_shares.of_prefix.count * sizeof(uint32_t));
  }
}

}  // namespace
}  // namespace synsplice
