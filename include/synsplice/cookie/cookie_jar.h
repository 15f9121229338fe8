// Makes and judges SYN cookies (rules 3-6).
//
// MAC = SipHash-2-4 under the epoch's key over the listener's endpoint and promise, the client's
// endpoint, VIDs, isnC, form and options. Keys of an epoch are derived from the master secret, so
// appliances that share it accept each other's cookies. What depends on epoch and listener alone is
// absorbed once per epoch, so a promise lasts for an epoch; a cookie costs twelve SipRounds, eight
// of them at once in vector lanes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"
#include "synsplice/cookie/cookie_batch.h"
#include "synsplice/cookie/layout.h"

namespace synsplice {

// Clocks of appliances that share a secret may differ by this much.
inline constexpr Milliseconds kClockSkew{2000};

// The listener's share of the MAC input: what P promised is part of it (rule 16).
struct CookieBinding {
  Endpoint listener;
  Offer promise;
};

class CookieJar {
 public:
  // REQUIRES: epoch of at least one second.
  CookieJar(const SipKey& secret, Milliseconds epoch, std::vector<CookieBinding> bindings,
            Time start);

  // One more listener, behind the others.
  void Add(const CookieBinding& binding);
  // The keys of later epochs follow from `secret`; cookies of this one live on.
  void UseSecret(const SipKey& secret);
  void Reserve(size_t listeners);
  size_t listeners() const { return bindings_.size(); }

  // Whether `now` has passed the turn of an epoch: then Advance.
  bool TurnIsDue(Time now) const { return EpochAt(now) != epoch_; }
  Time BeginOfEpoch(Time now) const { return FromMilliseconds(EpochAt(now) * epoch_length_); }

  // Does for one listener what the turn would do for all of them at once: absorbs the promise that
  // it has from the next turn on. In the order of the bindings.
  // REQUIRES: prepared() < number of bindings.
  void PrepareNext(const Offer& promise);
  size_t prepared() const { return prepared_; }  // since the last turn
  // Begins with the preparation again: who was prepared may have another promise.
  void Unprepare() { prepared_ = 0; }

  // Goes on to the epoch of `now`. Who is not prepared keeps its promise. Call before the others.
  void Advance(Time now);

  // Tells two epochs that follow each other apart; every cookie carries its own.
  bool EpochBitAt(Time now) const { return EpochAt(now) & 1; }

  // The MACs of all cookies that the batch was asked for; the rest of them is their form's.
  void Bake(CookieBatch& batch) const;
  CookieForm FormOf(Time now, const KeptOptions& kept) const;
  Cookie Bake(Time now, const CookieTuple& tuple, const Offer& options) const {
    const KeptOptions kept = Keep(options);
    CookieBatch batch;
    batch.Add(tuple, kept);
    Bake(batch);
    const CookieForm form = FormOf(now, kept);
    return {form.IsnOf(batch.macs[0]), form.tsval};
  }

  // Whether a cookie with this TSval could still be valid (rule 4).
  bool IsRecent(Time now, uint32_t tsval) const;

  enum class Judgement : uint8_t {
    kValid,
    kWrong,    // the MAC differs: forged, of another epoch, or no cookie at all
    kExpired,  // TSecr lies outside the cookie life
  };
  struct Verified {
    Judgement judgement = Judgement::kWrong;
    // When valid:
    Offer options;
    bool epoch_bit = false;
  };
  // One for each claim. REQUIRES: as many places.
  void VerifyAll(Time now, const ClaimBatch& claims, std::span<Verified> verified) const;
  Verified Verify(Time now, const CookieClaim& claim) const {
    ClaimBatch claims;
    claims.Add(claim);
    Verified verified;
    VerifyAll(now, claims, {&verified, 1});
    return verified;
  }

 private:
  // The last, this and the next one, and the one behind it, which is built before the turn.
  static constexpr size_t kEpochs = 4;
  using States = std::vector<SipState<uint64_t>>;

  int64_t EpochAt(Time now) const { return ToMilliseconds(now) / epoch_length_; }
  static size_t Place(int64_t epoch) { return epoch & (kEpochs - 1); }
  SipKey DeriveKey(int64_t epoch) const;
  void Absorb(int64_t epoch, size_t listener);
  void StartAt(int64_t epoch);
  const SipState<uint64_t>& StateOf(int64_t epoch, uint16_t listener) const {
    return states_[Place(epoch)][listener];
  }
  // Of the claims from `first` on, as many as there are lanes: whose MAC is right at this epoch or
  // at `other`, as its epoch bit says.
  uint32_t RightMacs(int64_t other, const ClaimBatch& claims, size_t first) const;
  Verified VerifiedOf(Time now, const ClaimBatch& claims, size_t i) const;

  SipKey secret_;
  int64_t epoch_length_;  // milliseconds
  std::vector<CookieBinding> bindings_;
  int64_t epoch_ = 0;
  size_t prepared_ = 0;
  std::array<SipKey, kEpochs> keys_;
  std::array<States, kEpochs> states_;
};

}  // namespace synsplice
