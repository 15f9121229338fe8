// Notes from one thread to another: a ring with one writer and one reader, neither of which waits.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "synsplice/base/counters.h"

namespace synsplice {

// Holds at most kRoom notes that wait to be read; what finds no room is lost with a count.
template <typename Note, size_t kRoom>
class NoteRing {
 public:
  // For the writer.
  void Add(const Note& note) {
    const uint64_t written = written_.load(std::memory_order_relaxed);
    if (written - read_.load(std::memory_order_acquire) == kRoom) return lost_.Add(1);
    notes_[written % kRoom] = note;
    written_.store(written + 1, std::memory_order_release);
  }

  // For the reader: the next one; false: there is none.
  bool Take(Note& note) {
    const uint64_t read = read_.load(std::memory_order_relaxed);
    if (read == written_.load(std::memory_order_acquire)) return false;
    note = notes_[read % kRoom];
    read_.store(read + 1, std::memory_order_release);
    return true;
  }

  // Any thread.
  uint64_t lost() const { return lost_.Get(); }

 private:
  std::array<Note, kRoom> notes_{};
  alignas(64) std::atomic<uint64_t> written_{0};
  Counter lost_;
  alignas(64) std::atomic<uint64_t> read_{0};
};

}  // namespace synsplice
