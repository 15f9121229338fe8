// A bounded part of what any number of lines say.
#pragma once

#include <cstdint>
#include <vector>

#include "timeline/log_record.h"

namespace synsplice {

// The latest `most` of those that were added.
class LatestRecords {
 public:
  // REQUIRES: most > 0.
  explicit LatestRecords(size_t most) : most_(most) {}

  void Add(LogRecord record);

  // By time; those of one time in the order in which they were added.
  std::vector<LogRecord> Sorted() const;

  uint64_t left_out() const { return added_ - kept_.size(); }

 private:
  struct Kept {
    LogRecord record;
    uint64_t number;  // in the order of Add
  };

  static bool IsEarlier(const Kept& a, const Kept& b);
  static bool IsLater(const Kept& a, const Kept& b) { return IsEarlier(b, a); }

  size_t most_;
  uint64_t added_ = 0;
  std::vector<Kept> kept_;  // a heap, the earliest in front
};

}  // namespace synsplice
