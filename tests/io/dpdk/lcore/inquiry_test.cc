#include "io/dpdk/lcore/inquiry.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace synsplice {
namespace {

constexpr Milliseconds kLong{10'000};
constexpr Milliseconds kShort{5};

// Answers with what was asked.
void Echo(const Request& request, Reply& reply) { reply.next = request.cursor; }

Request Of(uint32_t cursor) {
  Request request;
  request.cursor = cursor;
  return request;
}

// A worker that looks all the time.
class Looking {
 public:
  explicit Looking(Inquiry& inquiry)
      : thread_([this, &inquiry] {
          while (!stop_) inquiry.Serve(Echo);
        }) {}
  ~Looking() {
    stop_ = true;
    thread_.join();
  }

 private:
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

TEST(Inquiry, NobodyAsksNothing) {
  Inquiry inquiry;
  inquiry.Serve([](const Request&, Reply&) { ADD_FAILURE(); });
}

TEST(Inquiry, EachAskerGetsItsOwnAnswer) {
  Inquiry inquiry;
  const Looking worker(inquiry);
  std::vector<std::thread> askers;
  for (uint32_t asker = 0; asker < 4; ++asker) {
    askers.emplace_back([&inquiry, asker] {
      for (uint32_t i = 0; i < 50; ++i) {
        Reply reply;
        EXPECT_TRUE(inquiry.Ask(Of(1000 * asker + i), reply, kLong));
        EXPECT_EQ(reply.next, 1000 * asker + i);
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
}

TEST(Inquiry, AStoppedWorkerIsGivenUp) {
  Inquiry inquiry;
  Reply reply;
  EXPECT_FALSE(inquiry.Ask(Of(1), reply, kShort));
  EXPECT_FALSE(inquiry.Ask(Of(2), reply, kShort));
  inquiry.Serve([](const Request&, Reply&) { ADD_FAILURE() << "it was taken back"; });
  const Looking worker(inquiry);
  EXPECT_TRUE(inquiry.Ask(Of(3), reply, kLong));
  EXPECT_EQ(reply.next, 3u);
}

}  // namespace
}  // namespace synsplice
