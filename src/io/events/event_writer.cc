#include "io/events/event_writer.h"

#include <utility>

#include "io/host/privileges.h"

namespace synsplice {

EventWriter::EventWriter(Outputs outputs)
    : outputs_(std::move(outputs)), thread_([this] { Run(); }) {}

EventWriter::~EventWriter() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wakes_.notify_one();
  thread_.join();
}

void EventWriter::Add(const JsonValue& event) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMostWaiting) {
      for (const auto& output : outputs_) output->Lose();
      return;
    }
    waiting_.push_back(event);
  }
  wakes_.notify_one();
}

void EventWriter::Wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  wakes_.notify_one();
}

void EventWriter::Run() {
  DropAllCapabilities();
  while (Serve()) {
  }
}

bool EventWriter::Serve() {
  std::unique_lock lock(mutex_);
  wakes_.wait(lock, [this] { return is_woken_ || stops_ || !waiting_.empty(); });
  is_woken_ = false;
  const bool goes_on = !stops_;
  const auto events = std::exchange(waiting_, {});
  lock.unlock();
  for (const auto& output : outputs_) {
    output->Refresh();
    for (const JsonValue& event : events) output->Write(event);
  }
  return goes_on;
}

}  // namespace synsplice
