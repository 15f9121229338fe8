// Events to a file, a line each, by a thread of its own: a disk that is slow or full keeps nobody
// waiting.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <thread>

#include "io/host/descriptor.h"

namespace synsplice {

class EventFile {
 public:
  // Lines that wait to be written, at most.
  static constexpr size_t kMostWaiting = 4096;

  // Appends to `path`. Throws StartError.
  explicit EventFile(std::string path);
  // What waits is written before.
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  // `line` without its end. Any thread.
  void Add(std::string line);

  // The file that has the name now takes the next lines (logrotate). Answers why it cannot, empty:
  // it does; then the one before goes on.
  std::string Reopen();

  // Lines that found no room or could not be written.
  uint64_t lost() const { return lost_.load(std::memory_order_relaxed); }

 private:
  void Run();
  void Write(const std::string& line);

  const std::string path_;
  Descriptor file_;
  bool is_broken_ = false;  // its last line has no end
  std::mutex mutex_;
  std::condition_variable wakes_;
  std::deque<std::string> waiting_;
  Descriptor next_file_;
  size_t for_old_file_ = 0;  // of those that wait, when there is a next file
  bool stops_ = false;
  std::atomic<uint64_t> lost_{0};
  std::thread thread_;
};

}  // namespace synsplice
