// What a worker tells of clients: a ring that one thread writes and another one reads. What finds
// no room is lost with a count.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/counters.h"
#include "synsplice/lists/tier.h"

namespace synsplice {

struct ClientNote {
  enum class Kind : uint8_t {
    kListed,     // a list has something to say of him
    kOverLimit,  // he has more connections than he may
  };

  Kind kind = Kind::kListed;
  ListId list = 0;       // kListed
  uint16_t service = 0;  // its number
  Address client;
};

class ClientNotes {
 public:
  static constexpr size_t kRoom = 256;

  // For the worker.
  void Add(const ClientNote& note) {
    const uint64_t written = written_.load(std::memory_order_relaxed);
    if (written - read_.load(std::memory_order_acquire) == kRoom) return lost_.Add(1);
    notes_[written % kRoom] = note;
    written_.store(written + 1, std::memory_order_release);
  }

  // For the one who reads: hands over what there is.
  template <typename Take>
  void TakeAll(Take&& take) {
    const uint64_t end = written_.load(std::memory_order_acquire);
    uint64_t read = read_.load(std::memory_order_relaxed);
    for (; read != end; ++read) take(notes_[read % kRoom]);
    read_.store(read, std::memory_order_release);
  }
  uint64_t lost() const { return lost_.Get(); }

 private:
  std::array<ClientNote, kRoom> notes_;
  alignas(64) std::atomic<uint64_t> written_{0};
  Counter lost_;
  alignas(64) std::atomic<uint64_t> read_{0};
};

}  // namespace synsplice
