#include "io/admin/event_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

constexpr mode_t kMode = 0640;

Descriptor OpenToAppend(const std::string& path) {
  return Descriptor(
      ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kMode));
}

}  // namespace

EventFile::EventFile(std::string path) : path_(std::move(path)), file_(OpenToAppend(path_)) {
  if (!file_.ok()) throw StartError(fmt::format("events.file {}: {}", path_, std::strerror(errno)));
  thread_ = std::thread([this] { Run(); });
}

EventFile::~EventFile() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  wakes_.notify_one();
  thread_.join();
}

void EventFile::Add(std::string line) {
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.size() == kMostWaiting) {
      lost_.fetch_add(1, std::memory_order_relaxed);
      return;
    }
    waiting_.push_back(std::move(line));
  }
  wakes_.notify_one();
}

void EventFile::Reopen() {
  {
    const std::lock_guard lock(mutex_);
    reopens_ = true;
  }
  wakes_.notify_one();
}

void EventFile::Run() {
  DropAllCapabilities();
  for (;;) {
    std::unique_lock lock(mutex_);
    wakes_.wait(lock, [this] { return reopens_ || stops_ || !waiting_.empty(); });
    const bool reopens = std::exchange(reopens_, false), stops = stops_;
    const auto lines = std::exchange(waiting_, {});
    lock.unlock();
    for (const std::string& line : lines) Write(line);
    if (reopens) {
      if (Descriptor next = OpenToAppend(path_); next.ok()) file_ = std::move(next);
    }
    if (stops) return;
  }
}

// A line that was cut off by a full disk gets its end before the next one.
void EventFile::Write(const std::string& line) {
  const std::string text = (is_broken_ ? "\n" : "") + line + "\n";
  const ssize_t written = ::write(file_.get(), text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size())) {
    is_broken_ = false;
    return;
  }
  is_broken_ |= written > 0;
  lost_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace synsplice
