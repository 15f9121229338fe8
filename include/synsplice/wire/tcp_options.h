// The one option walker (RFC 9293 3.2): parsing uses it, rewriting uses the offsets it found.
#pragma once

#include <cstddef>
#include <cstdint>

#include "synsplice/wire/frame.h"

namespace synsplice {

inline constexpr size_t kTcpMinLength = 20;
inline constexpr size_t kTcpMaxLength = 60;
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

}  // namespace synsplice
