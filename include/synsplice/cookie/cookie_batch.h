// What cookies are made of and what ACKs claim, the frames of a burst in columns: a row fills
// vector registers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/base/frame_buffer.h"
#include "synsplice/cookie/layout.h"

namespace synsplice {

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

// The cookies of a burst.
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

// The claims of a burst. Behind the last one lanes read what they then throw away, so that it is
// cleared once (`{}`); a batch for one claim, which goes without lanes, need not be.
struct ClaimBatch {
  size_t count = 0;
  alignas(64) uint64_t words[kMacSuffixWords][kMaxBurst];
  std::array<uint32_t, kMaxBurst> isns;
  std::array<uint32_t, kMaxBurst> tsecrs;
  alignas(64) uint16_t listeners[kMaxBurst];
  std::array<bool, kMaxBurst> timestamps;

  // It gets place count - 1. REQUIRES: count < kMaxBurst.
  void Add(const CookieClaim& claim);
};

inline void ClaimBatch::Add(const CookieClaim& claim) {
  const bool has_timestamps = claim.tsecr.has_value();
  const uint32_t tsecr = claim.tsecr.value_or(0);
  const auto suffix = MacSuffix(claim.tuple, KeptIn(claim.isn, has_timestamps, tsecr));
  for (size_t i = 0; i < kMacSuffixWords; ++i) words[i][count] = suffix[i];
  isns[count] = claim.isn;
  tsecrs[count] = tsecr;
  listeners[count] = claim.tuple.listener;
  timestamps[count++] = has_timestamps;
}

}  // namespace synsplice
