// Where a cookie keeps what it must remember: bit layout and value tables (rules 3, 4).
//
//   without timestamps   ISN   | mss 3 | scale 3 | sack 1 | epoch 1 | MAC 24 |
//   with timestamps      ISN   | mss 3 | epoch 1 | MAC 28 |
//                        TSval | UTC milliseconds, bits 6.. | scale 4 | sack 1 | ecn 1 |
//
// The presence of the option in the returning ACK names the form, and the MAC covers it. A blind
// ACK succeeds with (2 epochs' candidates, one MAC each) 2^-24 = 6e-8 per candidate without
// timestamps; with them the TSecr must be recent too, under 1e-12. The attacker chooses the form:
// the first is the system's figure.
#pragma once

#include <emmintrin.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "synsplice/tcp/offer.h"

namespace synsplice {

// 216: FreeBSD's net.inet.tcp.minmss; 536 and 1220: the defaults of RFC 9293 3.7.1; 1360 and 1400:
// tunnels and mobile networks; 1440 and 1460: Ethernet with IPv6 and IPv4, nine of ten SYNs
// (Alcock, Nelson: "An Analysis of TCP Maximum Segment Sizes", 2011); 8940: jumbo
// frames with either family.
inline constexpr std::array<uint16_t, 8> kMssTable = {216, 536, 1220, 1360, 1400, 1440, 1460, 8940};

// For clients without timestamps: 15 = none; 8 is Windows, 7 Linux, 6 macOS and FreeBSD.
inline constexpr std::array<uint8_t, 8> kScaleTable = {15, 0, 2, 4, 6, 7, 8, 10};

inline constexpr int kPlainMacBits = 24;
inline constexpr int kTimestampMacBits = 28;
inline constexpr uint32_t kTimestampOptionBits = 6;
inline constexpr uint32_t kTimestampStep = 1u << kTimestampOptionBits;  // milliseconds

// Index of the largest entry not above `mss` (the smallest one if there is none).
// Counted, not searched: the packet path knows no likely value.
inline uint8_t MssIndex(uint16_t mss) {
  typedef uint16_t Table __attribute__((vector_size(sizeof kMssTable)));
  Table table;
  std::memcpy(&table, kMssTable.data(), sizeof table);
  const __m128i above = _mm_subs_epu16((__m128i)table, _mm_set1_epi16((short)mss));
  const __m128i fits = _mm_cmpeq_epi16(above, _mm_setzero_si128());
  const int count = __builtin_popcount((unsigned)_mm_movemask_epi8(fits)) / 2;
  return static_cast<uint8_t>(count - (count > 0));
}
inline uint8_t ScaleIndex(uint8_t scale) {
  if (scale > 14) return 0;
  uint8_t index = 1;
#pragma GCC unroll 8
  for (size_t i = 2; i < kScaleTable.size(); ++i) index += scale >= kScaleTable[i];
  return index;
}

// `options` as the cookie will give them back: rounded down to what its form can keep. ECN is kept
// with timestamps only.
inline Offer Rounded(const Offer& options) {
  Offer rounded = options;
  rounded.mss = kMssTable[MssIndex(options.mss)];
  if (options.timestamps) return rounded;
  rounded.window_scale = kScaleTable[ScaleIndex(options.window_scale)];
  rounded.ecn = false;
  return rounded;
}

// What a cookie keeps of the options, ready for its places: computed once, not per place.
struct KeptOptions {
  uint32_t isn_bits = 0;        // the ISN without epoch and MAC
  uint32_t timestamp_bits = 0;  // of the TSval; they are part of the MAC without timestamps too
  uint32_t mac_bits = 0;        // the MAC's input
  bool timestamps = false;
};
inline KeptOptions Keep(const Offer& options) {
  const uint32_t mss = MssIndex(options.mss);
  const bool timestamps = options.timestamps;
  const uint32_t scale_index = timestamps ? 0 : ScaleIndex(options.window_scale);
  const uint32_t scale = timestamps ? options.window_scale : kScaleTable[scale_index];
  const uint32_t sack = options.sack, ecn = timestamps && options.ecn;
  KeptOptions kept;
  kept.timestamps = timestamps;
  kept.timestamp_bits = scale << 2 | sack << 1 | ecn;
  kept.isn_bits = mss << 29 | (timestamps ? 0 : scale_index << 26 | sack << 25);
  kept.mac_bits = uint32_t{timestamps} << 10 | mss << 7 | kept.timestamp_bits;
  return kept;
}
// What a cookie with these bits gives back: the options as it keeps them.
inline Offer OfferIn(uint32_t mac_bits) {
  Offer offer;
  offer.mss = kMssTable[mac_bits >> 7 & 7];
  offer.window_scale = mac_bits >> 2 & 15;
  offer.sack = mac_bits >> 1 & 1;
  offer.timestamps = mac_bits >> 10 & 1;
  offer.ecn = mac_bits & 1;
  return offer;
}
// The same of a cookie that came back. `tsval` counts only with timestamps.
inline KeptOptions KeptIn(uint32_t isn, bool timestamps, uint32_t tsval) {
  KeptOptions kept;
  kept.timestamps = timestamps;
  const uint32_t plain_bits = uint32_t{kScaleTable[isn >> 26 & 7]} << 2 | (isn >> 25 & 1) << 1;
  kept.timestamp_bits = timestamps ? tsval & (kTimestampStep - 1) : plain_bits;
  kept.isn_bits = isn & (timestamps ? 7u << 29 : 0x7fu << 25);
  kept.mac_bits = uint32_t{timestamps} << 10 | (isn >> 29) << 7 | kept.timestamp_bits;
  return kept;
}

// The clear bits of an ISN (`epoch_bit`, options without MAC) and of a TSval.
struct CookieFields {
  Offer options;
  bool epoch_bit = false;
  uint32_t mac = 0;
};
inline uint32_t PackIsn(const CookieFields& fields) {
  const Offer& options = fields.options;
  const uint32_t mss = MssIndex(options.mss);
  const uint32_t epoch = fields.epoch_bit;
  if (options.timestamps) return mss << 29 | epoch << kTimestampMacBits | fields.mac;
  const uint32_t scale = ScaleIndex(options.window_scale);
  const uint32_t sack = options.sack;
  return mss << 29 | scale << 26 | sack << 25 | epoch << kPlainMacBits | fields.mac;
}
inline uint32_t PackTimestampBits(const Offer& options) {
  return uint32_t{options.window_scale} << 2 | uint32_t{options.sack} << 1 | uint32_t{options.ecn};
}
// `tsval` is read only when `timestamps`.
CookieFields Unpack(uint32_t isn, bool timestamps, uint32_t tsval);

}  // namespace synsplice
