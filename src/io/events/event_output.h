// Where events go: a file, a socket.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "admin/json_value.h"

namespace synsplice {

class EventOutput {
 public:
  EventOutput() = default;
  virtual ~EventOutput() = default;
  EventOutput(const EventOutput&) = delete;
  EventOutput& operator=(const EventOutput&) = delete;

  // Takes the event or loses it; it waits for nobody but a disk. By the writer's thread alone.
  virtual void Write(const JsonValue& event) = 0;
  // By the same thread, when it wakes up.
  virtual void Refresh() {}

  // As a sentence, for who reads the log: what loses events, and perhaps why.
  virtual std::string WhyLost() const = 0;

  void Lose() { lost_.fetch_add(1, std::memory_order_relaxed); }
  // Events. Any thread.
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> lost_{0};
};

}  // namespace synsplice
