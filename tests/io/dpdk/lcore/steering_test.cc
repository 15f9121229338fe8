#include "io/dpdk/lcore/steering.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "io/dpdk/lcore/buffers.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kRingFrames = 64;

Config TwoFamilies() {
  Config config;
  ServiceConfig& service = config.services.emplace_back();
  service.listen = {*ParseEndpoint("198.18.0.10:80"), *ParseEndpoint("[2001:db8::10]:80")};
  return config;
}

class SteeringTest : public testing::Test {
 protected:
  static constexpr unsigned kWorkers = 2;

  ~SteeringTest() override { exchange_.Discard(); }

  TcpFrame From(uint16_t port, uint8_t flags) const {
    TcpFrame frame = ExampleFrame(false, 0);
    frame.options = {};
    frame.payload = "";
    frame.source.port = port;
    frame.flags = flags;
    return frame;
  }
  static TcpFrame Answer(TcpFrame frame) {
    std::swap(frame.source, frame.destination);
    return frame;
  }
  // The first client ports of the other worker.
  std::vector<uint16_t> StrangersPorts(size_t count) {
    std::vector<uint16_t> ports;
    for (uint16_t port = 1024; ports.size() < count; ++port) {
      if (owner_(ExampleFrame(false, 0).source.address, port) == 1) ports.push_back(port);
    }
    return ports;
  }

  // Worker 0 receives `frame` `times` times; answers how often it kept it.
  size_t Receive(Side side, const TcpFrame& frame, size_t times = 1) {
    size_t kept = 0;
    for (size_t i = 0; i < times; ++i) {
      rte_mbuf* burst[] = {Buffer(frame)};
      const size_t own = steering_.KeepOwn(policy_, side, burst);
      Free({burst, own});
      kept += own;
    }
    return kept;
  }
  // What worker 1 finds.
  size_t TakeStrangers(Side side) {
    std::array<rte_mbuf*, 2 * kRingFrames> frames;
    const size_t count = exchange_.Strangers(1, side).Take(frames);
    Free({frames.data(), count});
    return count;
  }

  rte_mempool* pool_ = Pool();
  Policy policy_{TwoFamilies()};
  OwnerFunction owner_{{1, 2}, kWorkers};
  Exchange exchange_{kWorkers, kRingFrames};
  Counters counters_;
  Steering steering_{owner_, 0, exchange_, counters_};
};

TEST_F(SteeringTest, BothDirectionsOfAFlowMeetInOneWorker) {
  size_t kept = 0;
  for (uint16_t port = 2000; port < 2064; ++port) {
    const TcpFrame frame = From(port, kA);
    const size_t outside = Receive(Side::kOutside, frame);
    EXPECT_EQ(Receive(Side::kInside, Answer(frame)), outside) << port;
    EXPECT_EQ(TakeStrangers(Side::kOutside), 1 - outside);
    EXPECT_EQ(TakeStrangers(Side::kInside), 1 - outside);
    kept += outside;
  }
  EXPECT_NEAR(static_cast<double>(kept), 32, 16);
  EXPECT_EQ(counters_.Get(Event::kHandedOver), 2 * (64 - kept));
}

TEST_F(SteeringTest, ABurstKeepsItsOrder) {
  const std::vector<uint16_t> theirs = StrangersPorts(3);
  std::vector<rte_mbuf*> burst;
  for (const uint16_t port : theirs) {
    burst.push_back(Buffer(From(port, kA)));
    TcpFrame nobodys = From(port, kA);
    nobodys.destination.port = 22;
    burst.push_back(Buffer(nobodys));
  }
  const std::vector<rte_mbuf*> before = burst;
  ASSERT_EQ(steering_.KeepOwn(policy_, Side::kOutside, burst), 3u);
  std::array<rte_mbuf*, kRingFrames> handed;
  ASSERT_EQ(exchange_.Strangers(1, Side::kOutside).Take(handed), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(handed[i], before[2 * i]);
    EXPECT_EQ(burst[i], before[2 * i + 1]);
  }
  Free({handed.data(), 3});
  Free({burst.data(), 3});
}

TEST_F(SteeringTest, SynsLeaveHalfOfTheRingToConnections) {
  const uint16_t port = StrangersPorts(1)[0];
  EXPECT_EQ(Receive(Side::kOutside, From(port, kS), 10 * kRingFrames), 0u);
  EXPECT_EQ(counters_.Get(Reason::kRingFull), 10 * kRingFrames - kRingFrames / 2);
  EXPECT_EQ(Receive(Side::kOutside, From(port, kA), kRingFrames / 2 - 1), 0u);
  EXPECT_EQ(steering_.lost(1), 10 * kRingFrames - kRingFrames / 2);
  EXPECT_EQ(TakeStrangers(Side::kOutside), kRingFrames - 1);
  EXPECT_EQ(steering_.lost(0), 0u);
}

TEST_F(SteeringTest, WhatFindsNoRoomIsFreedAndCounted) {
  const unsigned before = rte_mempool_avail_count(pool_);
  EXPECT_EQ(Receive(Side::kOutside, From(StrangersPorts(1)[0], kA), 2 * kRingFrames), 0u);
  EXPECT_EQ(TakeStrangers(Side::kOutside), kRingFrames - 1);
  EXPECT_EQ(counters_.Get(Reason::kRingFull), kRingFrames + 1);
  EXPECT_EQ(steering_.lost(1), kRingFrames + 1);
  EXPECT_EQ(rte_mempool_avail_count(pool_), before);
}

}  // namespace
}  // namespace synsplice::test
