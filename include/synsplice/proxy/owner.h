// Which of several workers a frame belongs to.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "synsplice/base/side.h"
#include "synsplice/base/toeplitz.h"
#include "synsplice/policy/policy.h"
#include "synsplice/state/fragment_notes.h"

namespace synsplice {

// The keyed function of all workers: of the client's endpoint alone, so that both directions of a
// flow meet, NAT included. A network card that spreads frames by the same key, over the same
// fields, with bucket b at queue WorkerOfBucket(b), has done the work already.
class OwnerFunction {
 public:
  static constexpr unsigned kBuckets = 128;  // as many as most cards have

  // REQUIRES: 1 to kBuckets workers.
  OwnerFunction(const SipKey& seed, unsigned workers);

  static unsigned WorkerOfBucket(unsigned bucket, unsigned workers) { return bucket % workers; }

  const SipKey& seed() const { return seed_; }
  unsigned workers() const { return workers_; }
  unsigned operator()(const Address& client, uint16_t port) const {
    return owners_[hash_(client, port) % kBuckets];
  }

 private:
  SipKey seed_;
  unsigned workers_;
  Toeplitz hash_;
  std::array<uint8_t, kBuckets> owners_;
};

// The worker that owns a frame: the client's for the TCP of a service, nullopt for everything else
// (any worker may judge it). Of fragments the first one tells `fragments`, which belongs to whoever
// asks, where the later ones go.
std::optional<unsigned> OwnerOf(const OwnerFunction& function, const Policy& policy,
                                FragmentNotes& fragments, Side side,
                                std::span<const uint8_t> bytes);

}  // namespace synsplice
