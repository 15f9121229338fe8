// Which clients are over a limit, for whoever tells people: one set per worker. What strangers can
// cause is bounded: each network is noted once in a while, and so many of them wait to be read.
#pragma once

#include <array>
#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/fold_hash.h"
#include "synsplice/base/reason.h"
#include "synsplice/base/time.h"
#include "synsplice/state/note_ring.h"

namespace synsplice {

struct RefusedClient {
  Address client;
  uint16_t service = 0;  // its number
  Time when{};
  Reason limit = Reason::kConnlimit;  // that he is over
};

// Written by the worker, read by one other thread.
class RefusedClients {
 public:
  // That wait to be read.
  static constexpr size_t kRoom = 8;
  // A network that was noted is not noted again for so long. Another one may take its place among
  // those that are remembered: then it is, early.
  static constexpr Seconds kQuiet{10};

  explicit RefusedClients(const FoldKey& key) : key_(key) {}

  // A client of `network` (already masked) is over a limit. Constant time. False: that was noted.
  bool Note(const Address& network, const RefusedClient& refused) {
    Remembered& remembered = remembered_[IndexOf(network, refused)];
    if (remembered.IsQuiet(network, refused)) return false;
    remembered = {network, refused};
    ring_.Add(refused);
    return true;
  }

  // For the reader: the next one; false: there is none.
  bool Take(RefusedClient& refused) { return ring_.Take(refused); }

  // Networks that found no room in the ring. Any thread.
  uint64_t unheard() const { return ring_.lost(); }

 private:
  struct Remembered {
    Address network;
    RefusedClient last;

    bool IsQuiet(const Address& of_network, const RefusedClient& refused) const {
      return last.service == refused.service && last.limit == refused.limit &&
             network == of_network && refused.when < last.when + kQuiet;
    }
  };
  static constexpr size_t kRemembered = 256;

  size_t IndexOf(const Address& network, const RefusedClient& refused) const {
    const uint64_t limit = uint64_t{refused.service} << 8 | static_cast<uint8_t>(refused.limit);
    return FoldHash(key_, network.High(), network.Low(), limit) % kRemembered;
  }

  FoldKey key_;
  std::array<Remembered, kRemembered> remembered_{};
  NoteRing<RefusedClient, kRoom> ring_;
};

}  // namespace synsplice
