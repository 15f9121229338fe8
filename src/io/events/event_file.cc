#include "io/events/event_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "admin/events/event_text.h"
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
}

std::string EventFile::Reopen() {
  Descriptor next = OpenToAppend(path_);
  if (!next.ok()) return fmt::format("{}: {}", path_, std::strerror(errno));
  const std::lock_guard lock(mutex_);
  next_file_ = std::move(next);
  return {};
}

void EventFile::Refresh() {
  Descriptor next;
  {
    const std::lock_guard lock(mutex_);
    next = std::exchange(next_file_, {});
  }
  if (next.ok()) {
    file_ = std::move(next);
    is_broken_ = false;
  }
}

// A line that was cut off by a full disk gets its end before the next one.
void EventFile::Write(const JsonValue& event) {
  const std::string text = (is_broken_ ? "\n" : "") + EventLine(event);
  const ssize_t written = ::write(file_.get(), text.data(), text.size());
  if (written == static_cast<ssize_t>(text.size())) {
    is_broken_ = false;
    return;
  }
  is_broken_ |= written > 0;
  Lose();
}

std::string EventFile::WhyLost() const {
  return "events.file does not take all events: is its disk full?";
}

}  // namespace synsplice
