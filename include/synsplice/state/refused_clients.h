// Which clients connlimit refuses, for whoever tells people: one set per worker. What strangers can
// cause is bounded: each network is noted once in a while, and so many of them wait to be read.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/counters.h"
#include "synsplice/base/fold_hash.h"
#include "synsplice/base/time.h"

namespace synsplice {

struct RefusedClient {
  Address client;
  uint16_t service = 0;  // its number
  Time when{};
};

// A ring with one writer, the worker, and one reader in any other thread; neither waits.
class RefusedClients {
 public:
  // That wait to be read.
  static constexpr size_t kRoom = 8;
  // A network that was noted is not noted again for so long. Another one may take its place among
  // those that are remembered: then it is, early.
  static constexpr Seconds kQuiet{10};

  explicit RefusedClients(const FoldKey& key) : key_(key) {}

  // A client of `network` (already masked) is refused. Constant time. False: that was noted.
  bool Note(const Address& network, const RefusedClient& refused) {
    Remembered& remembered = remembered_[IndexOf(network, refused.service)];
    if (remembered.IsQuiet(network, refused)) return false;
    remembered = {network, refused};
    const uint64_t noted = noted_.load(std::memory_order_relaxed);
    if (noted - taken_.load(std::memory_order_acquire) == kRoom) {
      unheard_.Add(1);
      return true;
    }
    ring_[noted % kRoom] = refused;
    noted_.store(noted + 1, std::memory_order_release);
    return true;
  }

  // For the reader: the next one; false: there is none.
  bool Take(RefusedClient& refused) {
    const uint64_t taken = taken_.load(std::memory_order_relaxed);
    if (taken == noted_.load(std::memory_order_acquire)) return false;
    refused = ring_[taken % kRoom];
    taken_.store(taken + 1, std::memory_order_release);
    return true;
  }

  // Networks that found no room in the ring. Any thread.
  uint64_t unheard() const { return unheard_.Get(); }

 private:
  struct Remembered {
    Address network;
    RefusedClient last;

    bool IsQuiet(const Address& of_network, const RefusedClient& refused) const {
      return last.service == refused.service && network == of_network &&
             refused.when < last.when + kQuiet;
    }
  };
  static constexpr size_t kRemembered = 256;

  size_t IndexOf(const Address& network, uint16_t service) const {
    return FoldHash(key_, network.High(), network.Low(), service) % kRemembered;
  }

  FoldKey key_;
  std::array<Remembered, kRemembered> remembered_{};
  std::array<RefusedClient, kRoom> ring_{};
  std::atomic<uint64_t> noted_{0}, taken_{0};
  Counter unheard_;
};

}  // namespace synsplice
