// Gives events to their outputs in a thread of its own: one that is slow or gone keeps nobody
// waiting.
#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "io/events/event_output.h"

namespace synsplice {

class EventWriter {
 public:
  // Events that wait, at most: what comes more, all outputs lose.
  static constexpr size_t kMostWaiting = 4096;

  using Outputs = std::vector<std::unique_ptr<EventOutput>>;

  explicit EventWriter(Outputs outputs);
  // What waits is written before.
  ~EventWriter();
  EventWriter(const EventWriter&) = delete;
  EventWriter& operator=(const EventWriter&) = delete;

  // Any thread.
  void Add(const JsonValue& event);
  // Refreshes the outputs soon. Any thread.
  void Wake();

  const Outputs& outputs() const { return outputs_; }

 private:
  void Run();
  // Answers whether to go on.
  bool Serve();

  const Outputs outputs_;
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<JsonValue> waiting_;
  bool is_woken_ = false;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace synsplice
