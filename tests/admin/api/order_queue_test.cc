#include "admin/api/order_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace synsplice {
namespace {

TEST(OrderQueue, AnOrderIsAnsweredByWhoServes) {
  OrderQueue queue;
  std::optional<ConfigAnswer> answer;
  std::thread client([&] { answer = queue.Place({.text = "mine"}, Seconds(60)); });
  std::string asked;
  while (asked.empty()) {
    queue.Serve([&](const ConfigOrder& order) {
      asked = order.text;
      return ConfigAnswer{.version = 7};
    });
  }
  client.join();
  EXPECT_EQ(asked, "mine");
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->version, 7u);
}

TEST(OrderQueue, WhoGivesUpHasTakenHisOrderBack) {
  OrderQueue queue;
  EXPECT_FALSE(queue.Place({}, Milliseconds(1)));
  queue.Serve([](const ConfigOrder&) {
    ADD_FAILURE();
    return ConfigAnswer{};
  });
}

TEST(OrderQueue, WhenItIsClosedNobodyWaits) {
  OrderQueue queue;
  std::optional<ConfigAnswer> answer = ConfigAnswer{};
  std::thread client([&] { answer = queue.Place({}, Seconds(600)); });
  queue.Close();
  client.join();
  EXPECT_FALSE(answer);
  EXPECT_FALSE(queue.Place({}, Seconds(600)));
}

TEST(OrderQueue, WhatHasBegunIsWaitedFor) {
  OrderQueue queue;
  std::optional<ConfigAnswer> answer;
  std::atomic<bool> done = false;
  std::thread client([&] {
    answer = queue.Place({}, Milliseconds(200));
    done = true;
  });
  bool served = false;
  while (!served && !done) {
    queue.Serve([&](const ConfigOrder&) {
      served = true;
      std::this_thread::sleep_for(Milliseconds(400));
      return ConfigAnswer{};
    });
  }
  client.join();
  EXPECT_EQ(answer.has_value(), served);
}

}  // namespace
}  // namespace synsplice
