// Where a worker writes down, once a second, who sends it SYNs; readable from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/counters.h"

namespace synsplice {

// One client network and its SYNs of the last seconds, as they were estimated.
struct SourceRecord {
  Address source;        // IPv6: the first address of a /64
  uint16_t service = 0;  // number
  uint32_t syns = 0;     // at most
  uint32_t error = 0;    // so many fewer at most

  bool operator==(const SourceRecord&) const = default;
};

struct SourceList {
  std::vector<SourceRecord> sources;
  uint32_t floor = 0;  // SYNs of a source that is not among them, at most
};

// A sequence lock: the writer waits for nobody, a reader that meets the writer hears so.
class SourceBoard {
 public:
  static constexpr size_t kRows = 256;

  // For the one writer: the first kRows of them.
  void Write(std::span<const SourceRecord> sources, uint32_t floor);
  // False: it is being written.
  bool Read(SourceList& list) const;

 private:
  struct Row {
    Counter high, low, service, syns, error;
  };

  std::atomic<uint32_t> sequence_{0};  // odd: it is being written
  Counter count_, floor_;
  std::array<Row, kRows> rows_;
};

}  // namespace synsplice
