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

// Nothing that is fresh is idle (rule 20) or expired, whatever its phase, and the first tick that
// is not is one of them.
TEST_F(ContextTest, FreshEndsWithIdleOrTheTimeout) {
  const auto check = [&](int64_t epoch, auto timeout, int64_t seconds) {
    Config config = OneService();
    config.cookie.epoch = Seconds(epoch);
    config.timeouts.*timeout = Seconds(seconds);
    const auto context = Make(config);
    const Seconds shortest = std::min(Seconds(seconds), config.timeouts.time_wait);
    const auto ends = [&](uint32_t ticks) {
      return kTick * ticks >= context->policy->cookie_life() || kTick * ticks > shortest;
    };
    EXPECT_TRUE(ends(context->fresh_ticks)) << epoch << ' ' << seconds;
    EXPECT_FALSE(ends(context->fresh_ticks - 1u)) << epoch << ' ' << seconds;
  };
  for (const int64_t epoch : {1, 5, 60}) {
    for (const int64_t seconds : {1, 4, 10, 120, 86400}) {
      for (const auto timeout : {&TimeoutConfig::established, &TimeoutConfig::client_closed,
                                 &TimeoutConfig::server_closed, &TimeoutConfig::closing}) {
        check(epoch, timeout, seconds);
      }
      check(epoch, &TimeoutConfig::closed, seconds);
    }
    check(epoch, &TimeoutConfig::time_wait, 4);
  }
}

}  // namespace
}  // namespace synsplice::test
