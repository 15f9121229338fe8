#include "io/dpdk/lcore/waiting_syns.h"

#include <gtest/gtest.h>

#include <vector>

#include "io/dpdk/lcore/buffers.h"

namespace synsplice::test {
namespace {

class WaitingSyns : public testing::Test {
 protected:
  void Receive(std::vector<uint8_t> flags) {
    burst_.clear();
    for (const uint8_t each : flags) {
      TcpFrame frame = ExampleFrame(false, 0);
      frame.flags = each;
      burst_.push_back(Buffer(frame));
    }
  }

  Counters counters_;
  synsplice::WaitingSyns syns_{counters_};
  std::vector<rte_mbuf*> burst_;
};

TEST_F(WaitingSyns, OthersGoFirstAndBothKeepTheirOrder) {
  Receive({kS, kA, kS | kE | kC, kS | kA, kR, kF | kA});
  const std::vector<rte_mbuf*> all = burst_;
  ASSERT_EQ(syns_.SetAside(burst_), 4u);
  EXPECT_EQ(std::vector(burst_.begin(), burst_.begin() + 4),
            (std::vector<rte_mbuf*>{all[1], all[3], all[4], all[5]}));
  const auto waiting = syns_.Take();
  EXPECT_EQ(std::vector(waiting.begin(), waiting.end()), (std::vector<rte_mbuf*>{all[0], all[2]}));
  EXPECT_TRUE(syns_.Take().empty());
  Free(all);
}

TEST_F(WaitingSyns, ThoseWithoutRoomAreFreedAndCounted) {
  const unsigned before = rte_mempool_avail_count(Pool());
  for (size_t i = 0; i < kMaxBurst + 3; ++i) {
    Receive({kS});
    EXPECT_EQ(syns_.SetAside(burst_), 0u);
  }
  EXPECT_EQ(counters_.Get(Reason::kSynShed), 3u);
  EXPECT_EQ(rte_mempool_avail_count(Pool()), before - kMaxBurst);
  Free(syns_.Take());
  EXPECT_EQ(rte_mempool_avail_count(Pool()), before);
}

}  // namespace
}  // namespace synsplice::test
