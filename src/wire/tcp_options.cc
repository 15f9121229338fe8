#include "synsplice/wire/tcp_options.h"

#include <algorithm>

#include "synsplice/base/endian.h"

namespace synsplice {
namespace {

constexpr uint8_t kHighestScale = 14;  // RFC 7323 2.3: larger values mean 14

void TakeOption(const uint8_t* tcp, uint8_t kind, size_t offset, size_t length,
                TcpOptions& options) {
  switch (kind) {
    case kOptionMss:
      if (length == kMssLength) options.mss = LoadBe16(tcp + offset + 2);
      return;
    case kOptionWindowScale:
      if (length == kWindowScaleLength)
        options.window_scale = std::min(tcp[offset + 2], kHighestScale);
      return;
    case kOptionSackPermitted:
      if (length == kSackPermittedLength) options.sack_permitted = true;
      return;
    case kOptionSack:
      if (length % kSackBlockLength != 2) return;
      options.sack_offset = static_cast<uint8_t>(offset);
      options.sack_length = static_cast<uint8_t>(length);
      return;
    case kOptionTimestamps:
      if (length == kTimestampsLength) options.timestamps_offset = static_cast<uint8_t>(offset);
      return;
    case kOptionMd5:
      if (length == kMd5Length) options.is_signed = true;
      return;
    case kOptionAo:
      if (length >= kAoMinLength) options.is_signed = true;
      return;
    default:
      return;
  }
}

}  // namespace

bool ParseOptions(const uint8_t* tcp, size_t header_length, TcpOptions& options) {
  if (ParseCommonOptions(tcp, header_length, options)) return true;
  options = {};
  return WalkOptions(tcp, header_length, [&](uint8_t kind, size_t offset, size_t length) {
    TakeOption(tcp, kind, offset, length, options);
  });
}

}  // namespace synsplice
