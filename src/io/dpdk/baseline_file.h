// The file of what the detector has learned: written by a thread of its own, as disks may be slow.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "detect/detector.h"

namespace synsplice {

class BaselineFile {
 public:
  // What the file holds. What cannot be used is said, and learned again: it is no reason not to
  // start.
  static Baselines Read(const std::string& path);

  explicit BaselineFile(std::string path);

  // Instead of what it holds, whole or not at all; the latest one that waits. Returns at once. The
  // destructor writes what still waits.
  void Write(std::string text);

  uint64_t failed() const { return failed_.load(std::memory_order_relaxed); }

 private:
  void Run(const std::stop_token& stop);
  void Save(const std::string& text);

  const std::string path_;
  std::atomic<uint64_t> failed_{0};
  bool said_ = false;
  std::mutex mutex_;
  std::condition_variable_any woken_;
  std::optional<std::string> waiting_;
  std::jthread thread_;  // the last: it ends first
};

}  // namespace synsplice
