#include "io/events/event_writer.h"

#include <gtest/gtest.h>

#include <future>

namespace synsplice {
namespace {

// Holds its thread up until it may go on, if it is told to.
class Recorder : public EventOutput {
 public:
  explicit Recorder(std::vector<JsonValue>& events) : events_(events) {}

  void Write(const JsonValue& event) override {
    if (holds.valid()) holds.wait();
    events_.push_back(event);
  }
  void Refresh() override { ++refreshed; }
  std::string WhyLost() const override { return ""; }

  std::shared_future<void> holds;
  std::atomic<int> refreshed{0};

 private:
  std::vector<JsonValue>& events_;
};

class EventWriterTest : public testing::Test {
 protected:
  EventWriter::Outputs Outputs() {
    EventWriter::Outputs outputs;
    for (size_t i = 0; i < 2; ++i) {
      auto recorder = std::make_unique<Recorder>(written_[i]);
      recorders_[i] = recorder.get();
      outputs.push_back(std::move(recorder));
    }
    return outputs;
  }

  std::array<std::vector<JsonValue>, 2> written_;
  std::array<Recorder*, 2> recorders_{};
};

TEST_F(EventWriterTest, EachOutputTakesAllInOrderBeforeTheEnd) {
  std::vector<JsonValue> expected;
  {
    EventWriter writer(Outputs());
    for (int i = 0; i < 100; ++i) {
      writer.Add(i);
      expected.push_back(i);
    }
  }
  EXPECT_EQ(written_[0], expected);
  EXPECT_EQ(written_[1], expected);
}

TEST_F(EventWriterTest, WokenItRefreshesThem) {
  EventWriter writer(Outputs());
  writer.Wake();
  while (recorders_[0]->refreshed == 0 || recorders_[1]->refreshed == 0) std::this_thread::yield();
}

TEST_F(EventWriterTest, WhatFindsNoRoomIsCountedForEach) {
  std::promise<void> goes_on;
  EventWriter::Outputs outputs = Outputs();
  recorders_[0]->holds = goes_on.get_future();
  EventWriter writer(std::move(outputs));
  // Of those that it holds already, there may be as many.
  for (size_t i = 0; i < 2 * EventWriter::kMostWaiting + 7; ++i) writer.Add(i);
  EXPECT_GE(recorders_[0]->lost(), 7u);
  EXPECT_EQ(recorders_[0]->lost(), recorders_[1]->lost());
  goes_on.set_value();
}

}  // namespace
}  // namespace synsplice
