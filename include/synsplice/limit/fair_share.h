// Who may take one more of what is limited and shared (rule 34): handshake slots, held frames.
//
// A dynamic threshold (Choudhury, Hahne 1998): one service may hold as much as is still free, one
// backend half of that, one client prefix a quarter. So whatever one of them does, the others find
// room: a stuck backend does not use up its service's share, nor one client prefix its backend's.
// What is the only one of its kind shares with nobody. Services and backends are counted exactly,
// prefixes by a keyed sketch.
#pragma once

#include <cstdint>
#include <vector>

#include "synsplice/limit/prefix_counts.h"

namespace synsplice {

class FairShare {
 public:
  struct Holder {
    uint16_t service = 0;
    uint16_t backend = 0;
    uint64_t prefix = 0;  // of PrefixOf
  };

  // What lies in a region.
  struct Place {
    uint32_t capacity;
    PrefixCounts<uint32_t>::Place of_prefix;
  };
  static Place Reserve(Layout& layout, uint32_t capacity) {
    return {capacity, PrefixCounts<uint32_t>::Reserve(layout, capacity)};
  }

  // Begins with nothing taken. Services are numbered from 0, backends from 1. `key` is secret. The
  // region outlives the shares.
  FairShare(const Region& region, const Place& place, size_t services, size_t backends,
            const SipKey& key)
      : free_(place.capacity),
        of_service_(services),
        of_backend_(backends + 1),
        of_prefix_(region, place.of_prefix, key),
        one_service_(services == 1),
        one_backend_(backends == 1) {}

  // There may be more services and backends, never fewer; one of them alone may be in use.
  void Grow(size_t services, size_t backends, bool one_service, bool one_backend) {
    of_service_.resize(services);
    of_backend_.resize(backends + 1);
    one_service_ = one_service;
    one_backend_ = one_backend;
  }
  // So many need no more memory later.
  void Reserve(size_t services, size_t backends) {
    of_service_.reserve(services);
    of_backend_.reserve(backends + 1);
  }

  void Prefetch(uint64_t prefix) const { of_prefix_.Prefetch(prefix); }

  // Whether one more stays within the shares of the holder's service, backend and prefix.
  bool Fits(const Holder& holder) const {
    return ServiceFits(holder.service) &&
           (one_backend_ || of_backend_[holder.backend] * 2 < free_) &&
           of_prefix_.Of(holder.prefix) * 4 < free_;
  }
  bool ServiceFits(uint16_t service) const {
    return free_ != 0 && (one_service_ || of_service_[service] < free_);
  }

  // Whether `newcomer` may take the place of `holder`: nobody takes from who has less than himself.
  bool MayReplace(const Holder& holder, const Holder& newcomer) const {
    return of_service_[holder.service] >= of_service_[newcomer.service] &&
           of_backend_[holder.backend] >= of_backend_[newcomer.backend] &&
           of_prefix_.Of(holder.prefix) >= of_prefix_.Of(newcomer.prefix);
  }
  // How much it holds.
  uint32_t OfPrefix(uint64_t prefix) const { return of_prefix_.Of(prefix); }
  // How far it uses its shares: of several the heaviest gives first.
  uint64_t WeightOf(const Holder& holder) const {
    return uint64_t{of_service_[holder.service]} + 2 * of_backend_[holder.backend] +
           4 * of_prefix_.Of(holder.prefix);
  }

  // REQUIRES: so much is free.
  void Take(const Holder& holder) { Move(holder, 1); }
  // REQUIRES: the holder took so much and has not given it back.
  void Give(const Holder& holder, uint32_t amount) { Move(holder, 0 - amount); }

  uint32_t free() const { return free_; }

 private:
  void Move(const Holder& holder, uint32_t amount) {
    free_ -= amount;
    of_service_[holder.service] += amount;
    of_backend_[holder.backend] += amount;
    of_prefix_.Add(holder.prefix, amount);
  }

  uint32_t free_;
  std::vector<uint32_t> of_service_, of_backend_;
  PrefixCounts<uint32_t> of_prefix_;
  bool one_service_, one_backend_;
};

}  // namespace synsplice
