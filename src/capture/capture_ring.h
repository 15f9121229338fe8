// Captured frames on their way from a worker to whoever writes them: bounded, one writer, one
// reader, neither waits for the other.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>

#include "io/pcap/capture_reader.h"
#include "synsplice/base/verdict.h"

namespace synsplice {

// A captured frame without its bytes.
struct CaptureEntry {
  enum class Moment : uint8_t {
    kBefore,  // as it arrived
    kAfter,   // as it left
    kMade,    // as it left, made here besides the verdicts
    kAgain,   // as it was held: it is judged again, and does not leave
  };

  CaptureTime time{};
  uint32_t length = 0;         // on the wire
  uint32_t captured = 0;       // bytes of it that are there
  Side side = Side::kOutside;  // the port that it came from or goes to
  Moment moment = Moment::kBefore;
  Verdict::Kind verdict = Verdict::Kind::kForward;
  Reason reason = Reason::kNone;
};

class CaptureRing {
 public:
  // Takes so much memory: a power of two.
  explicit CaptureRing(size_t bytes);

  // For the writer. False: there is no room. REQUIRES: bytes.size() == entry.captured.
  bool Put(const CaptureEntry& entry, std::span<const uint8_t> bytes);

  // For the reader: the oldest frame, until Pop. nullptr: there is none.
  const CaptureEntry* Front();
  // REQUIRES: there is a front.
  std::span<const uint8_t> bytes() const;
  void Pop();

 private:
  static size_t SizeOf(const CaptureEntry& entry);

  uint8_t* At(uint64_t position) const { return memory_.get() + (position & (size_ - 1)); }
  size_t ToEnd(uint64_t position) const { return size_ - (position & (size_ - 1)); }

  const size_t size_;
  const std::unique_ptr<uint8_t[]> memory_;
  // Bytes that were ever written and read.
  alignas(64) std::atomic<uint64_t> written_{0};
  alignas(64) std::atomic<uint64_t> read_{0};
};

}  // namespace synsplice
