// The one option walker (RFC 9293 3.2): parsing uses it, rewriting uses the offsets it found.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "synsplice/base/endian.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

inline constexpr size_t kTcpMinLength = 20;
inline constexpr size_t kTcpMaxLength = 60;
// How timestamps that stand alone begin (RFC 7323 appendix A).
inline constexpr uint32_t kNopNopTimestamps = 0x0101080a;
inline constexpr size_t kTcpAckOffset = 8, kTcpFlagsOffset = 13, kTcpWindowOffset = 14,
                        kTcpChecksumOffset = 16;
inline constexpr size_t kTimestampsLength = 10, kWindowScaleLength = 3, kMssLength = 4,
                        kSackPermittedLength = 2, kSackBlockLength = 8;
inline constexpr size_t kMd5Length = 18, kAoMinLength = 4;  // RFC 2385 3.0, RFC 5925 2.2
// Timestamps behind two NOPs: what every common stack puts on its data segments (RFC 7323 A).
inline constexpr size_t kPaddedTimestampsLength = 12;

// Calls visit(kind, offset, length) for every option but NOP; offsets count from `tcp`, length
// covers kind and length bytes. False: an option has length 0 or 1 or ends behind the header
// (rule 28). REQUIRES: `header_length` bytes at `tcp` can be read.
template <typename Visitor>
bool WalkOptions(const uint8_t* tcp, size_t header_length, Visitor&& visit) {
  size_t offset = kTcpMinLength;
  while (offset < header_length) {
    const uint8_t kind = tcp[offset];
    if (kind == kOptionEnd) return true;
    if (kind == kOptionNop) {
      ++offset;
      continue;
    }
    if (offset + 1 >= header_length) return false;
    const size_t length = tcp[offset + 1];
    if (length < 2 || offset + length > header_length) return false;
    visit(kind, offset, length);
    offset += length;
  }
  return true;
}

// Reads all options. A known kind with a length of its own invention counts as absent, and of an
// option given twice the last one counts: as Linux does, so that we translate what it will read.
bool ParseOptions(const uint8_t* tcp, size_t header_length, TcpOptions& options);

// What nearly all segments carry, told by a few compares. False: look with ParseOptions.
inline bool ParseCommonOptions(const uint8_t* tcp, size_t header_length, TcpOptions& options) {
  constexpr uint64_t kMss = 0x0204, kNopScale = 0x010303, kSackTimestamps = 0x0402080a,
                     kNopNopSack = 0x01010402;
  constexpr size_t kNone = kTcpMinLength, kMss4 = kNone + 4, kNoTimestamps = kNone + 12,
                   kLinux = kNone + 20, kData = kNone + kPaddedTimestampsLength;
  static_assert(kNoTimestamps == kData);
  const auto word = [tcp](size_t at) { return LoadBe32(tcp + kTcpMinLength + at); };
  const auto take_scale = [&](uint32_t scale) {
    options.window_scale = static_cast<uint8_t>(std::min(scale & 0xff, 14u));
    return scale >> 8 == kNopScale;
  };
  if (header_length == kNone) return true;
  if (header_length == kData && word(0) == kNopNopTimestamps) {
    options.timestamps_offset = kTcpMinLength + 2;
    return true;
  }
  if (word(0) >> 16 != kMss) return false;
  options.mss = static_cast<uint16_t>(word(0));
  if (header_length == kMss4) return true;
  if (header_length == kLinux && word(4) == kSackTimestamps) {
    options.sack_permitted = true;
    options.timestamps_offset = kTcpMinLength + 6;
    return take_scale(word(16));
  }
  if (header_length == kNoTimestamps && (word(4) == kNopNopSack || word(8) == kNopNopSack)) {
    options.sack_permitted = true;
    return take_scale(word(4) == kNopNopSack ? word(8) : word(4));
  }
  return false;
}

}  // namespace synsplice
