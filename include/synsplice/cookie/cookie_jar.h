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
#include "synsplice/cookie/layout.h"

namespace synsplice {

// Clocks of appliances that share a secret may differ by this much.
inline constexpr Milliseconds kClockSkew{2000};

// The listener's share of the MAC input: what P promised is part of it (rule 16).
struct CookieBinding {
  Endpoint listener;
  Offer promise;
};

struct CookieTuple {
  AddressWords client;
  uint16_t client_port = 0;
  uint16_t listener = 0;  // index into the bindings
  uint32_t packed_vids = 0;
  uint32_t isn_c = 0;
};

struct Cookie {
  uint32_t isn = 0;
  uint32_t tsval = 0;  // with timestamps only
};

// Words of the MAC's input that differ from client to client.
inline constexpr size_t kMacSuffixWords = 4;

// The cookies of a burst, what goes into their MACs in columns: a row fills vector registers.
struct CookieBatch {
  size_t count = 0;
  alignas(64) uint64_t words[kMacSuffixWords][kMaxBurst] = {};
  alignas(64) uint64_t macs[kMaxBurst];
  alignas(64) uint16_t listeners[kMaxBurst] = {};

  // Asks for one more; it gets place count - 1. REQUIRES: count < kMaxBurst.
  void Add(const CookieTuple& tuple, const KeptOptions& options);

  AddressWords ClientAt(size_t i) const { return {words[0][i], words[1][i]}; }
  uint16_t ClientPortAt(size_t i) const { return static_cast<uint16_t>(words[2][i]); }
  uint32_t IsnCAt(size_t i) const { return static_cast<uint32_t>(words[3][i]); }
};

// What all cookies have in common that keep the same options at the same time.
struct CookieForm {
  uint32_t isn_bits = 0;  // the ISN without MAC
  uint32_t mac_mask = 0;
  uint32_t tsval = 0;  // with timestamps only

  uint32_t IsnOf(uint64_t mac) const { return isn_bits | (static_cast<uint32_t>(mac) & mac_mask); }
};

// What an ACK says that its client was given: `isn` is its acknowledgement minus one, `tsecr` its
// echo if it had timestamps.
struct CookieClaim {
  CookieTuple tuple;
  uint32_t isn = 0;
  std::optional<uint32_t> tsecr;
};

// Bytes of prefix and suffix, for the last word's length byte: three words and four less one.
inline constexpr uint64_t kMacLength = 55;

inline std::array<uint64_t, kMacSuffixWords> MacSuffix(const CookieTuple& tuple,
                                                       const KeptOptions& kept) {
  return {tuple.client.high, tuple.client.low,
          uint64_t{tuple.client_port} | uint64_t{tuple.packed_vids} << 16 |
              uint64_t{kept.mac_bits} << 40,
          uint64_t{tuple.isn_c} | kMacLength << 56};
}

inline void CookieBatch::Add(const CookieTuple& tuple, const KeptOptions& options) {
  const auto suffix = MacSuffix(tuple, options);
  for (size_t i = 0; i < kMacSuffixWords; ++i) words[i][count] = suffix[i];
  listeners[count++] = tuple.listener;
}

class CookieJar {
 public:
  // REQUIRES: epoch of at least one second.
  CookieJar(const SipKey& secret, Milliseconds epoch, std::vector<CookieBinding> bindings,
            Time start);

  // Whether `now` has passed the turn of an epoch: then Advance.
  bool TurnIsDue(Time now) const { return EpochAt(now) != epoch_; }
  Time BeginOfEpoch(Time now) const { return FromMilliseconds(EpochAt(now) * epoch_length_); }

  // Does for one listener what the turn would do for all of them at once: absorbs the promise that
  // it has from the next turn on. In the order of the bindings.
  // REQUIRES: prepared() < number of bindings.
  void PrepareNext(const Offer& promise);
  size_t prepared() const { return prepared_; }  // since the last turn

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
  // One for each claim. REQUIRES: verified.size() == claims.size().
  void VerifyAll(Time now, std::span<const CookieClaim> claims, std::span<Verified> verified) const;
  Verified Verify(Time now, const CookieClaim& claim) const {
    Verified verified;
    VerifyAll(now, {&claim, 1}, {&verified, 1});
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
  // Whose MAC is right, at the two epochs that its epoch bit leaves open, or at the next one's.
  enum class MacOf : uint8_t { kValidEpochs, kNextEpoch };
  uint8_t RightMacs(MacOf epochs, std::span<const CookieClaim> claims) const;
  void VerifyLanes(Time now, std::span<const CookieClaim> claims,
                   std::span<Verified> verified) const;

  SipKey secret_;
  int64_t epoch_length_;  // milliseconds
  std::vector<CookieBinding> bindings_;
  int64_t epoch_ = 0;
  size_t prepared_ = 0;
  std::array<SipKey, kEpochs> keys_;
  std::array<States, kEpochs> states_;
};

}  // namespace synsplice
