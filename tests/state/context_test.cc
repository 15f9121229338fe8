// What a worker's state begins with.
#include "state/context.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "io/memory/state_memory.h"
#include "support/proxy_harness.h"

namespace synsplice::test {
namespace {

class ContextTest : public ::testing::Test {
 protected:
  std::unique_ptr<Context> Make(const Config& config, SipKey seed = {1, 2}) {
    policy_ = std::make_unique<Policy>(config);
    state_ = std::make_unique<StateMemory>(config);
    shared_ = std::make_unique<Shared>(state_->state(), seed, kOutsideMac, kInsideMac);
    return std::make_unique<Context>(*policy_, *shared_, seed, kStart, 0);
  }
  static Config OneService() {
    Config config;
    config.services.resize(1);
    config.services[0].listen = {*ParseEndpoint("198.18.0.10:80")};
    return config;
  }

  std::unique_ptr<Policy> policy_;
  std::unique_ptr<StateMemory> state_;
  std::unique_ptr<Shared> shared_;
};

// Who knows the hash function must not learn the table's hash from what is sent (RFC 6437 3).
TEST_F(ContextTest, FlowLabelsAreKeyed) {
  std::set<uint32_t> labels;
  for (uint64_t seed = 0; seed < 16; ++seed) {
    labels.insert(Make(OneService(), {seed, ~seed})->FlowLabelOf(0x0123456789abcdef));
  }
  EXPECT_EQ(labels.size(), 16u);
  EXPECT_LT(*labels.rbegin(), 1u << 20);
}

// Nothing that is fresh is idle (rule 20) or expired, and the first tick that is not is one of
// them.
TEST_F(ContextTest, FreshEndsWithIdleOrTheTimeout) {
  for (const int64_t epoch : {1, 5, 60}) {
    for (const int64_t established : {1, 4, 10, 120, 86400}) {
      Config config = OneService();
      config.cookie.epoch = Seconds(epoch);
      config.timeouts.established = Seconds(established);
      const auto context = Make(config);
      const auto ends = [&](uint32_t ticks) {
        return kTick * ticks >= context->policy.cookie_life() ||
               kTick * ticks > config.timeouts.established;
      };
      EXPECT_TRUE(ends(context->fresh_ticks)) << epoch << ' ' << established;
      EXPECT_FALSE(ends(context->fresh_ticks - 1u)) << epoch << ' ' << established;
    }
  }
}

}  // namespace
}  // namespace synsplice::test
