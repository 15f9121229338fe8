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

// A pipe that nobody reads loses lines, it holds nobody up.
Descriptor OpenToAppend(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;
  return Descriptor(::open(path.c_str(), kFlags, kMode));
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

std::string EventFile::Reopen() {
  Descriptor next = OpenToAppend(path_);
  if (!next.ok()) return fmt::format("{}: {}", path_, std::strerror(errno));
  {
    const std::lock_guard lock(mutex_);
    next_file_ = std::move(next);
    for_old_file_ = waiting_.size();
  }
  wakes_.notify_one();
  return {};
}

void EventFile::Run() {
  DropAllCapabilities();
  for (;;) {
    std::unique_lock lock(mutex_);
    wakes_.wait(lock, [this] { return next_file_.ok() || stops_ || !waiting_.empty(); });
    Descriptor next = std::exchange(next_file_, {});
    const size_t for_old_file = for_old_file_;
    const bool stops = stops_;
    const auto lines = std::exchange(waiting_, {});
    lock.unlock();
    for (size_t i = 0; i <= lines.size(); ++i) {
      if (next.ok() && i == for_old_file) file_ = std::move(next);
      if (i < lines.size()) Write(lines[i]);
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
