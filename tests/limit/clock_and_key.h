// When the tests of this folder begin, and their key.
#pragma once

#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"

namespace synsplice {

inline constexpr Time kStart = FromMilliseconds(1700000000000);
inline constexpr SipKey kKey{0x6a09e667f3bcc908, 0xbb67ae8584caa73b};

}  // namespace synsplice
