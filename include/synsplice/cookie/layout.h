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

#include <array>
#include <cstdint>

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
uint8_t MssIndex(uint16_t mss);
uint8_t ScaleIndex(uint8_t scale);

// `options` as the cookie will give them back: rounded down to what its form can keep. ECN is kept
// with timestamps only.
Offer Rounded(const Offer& options);

// The clear bits of an ISN (`epoch_bit`, options without MAC) and of a TSval.
struct CookieFields {
  Offer options;
  bool epoch_bit = false;
  uint32_t mac = 0;
};
uint32_t PackIsn(const CookieFields& fields);
uint32_t PackTimestampBits(const Offer& options);
// `tsval` is read only when `timestamps`.
CookieFields Unpack(uint32_t isn, bool timestamps, uint32_t tsval);

}  // namespace synsplice
