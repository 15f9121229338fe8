// A cookie jar with one listener and one connection attempt.
#pragma once

#include <gtest/gtest.h>

#include "support/random.h"
#include "synsplice/cookie/cookie_jar.h"

namespace synsplice::test {

inline constexpr Milliseconds kEpoch{32000};
// The low 32 bits of the milliseconds wrap two seconds later, in the middle of an epoch.
inline constexpr Time kJarStart = FromMilliseconds(396 * (int64_t{1} << 32) - 2000);

class JarTest : public ::testing::Test {
 protected:
  static std::vector<CookieBinding> Bindings() {
    return {{},
            {*ParseEndpoint("198.18.0.10:80"), {1460, 7, true, true, false}},
            {*ParseEndpoint("198.18.0.10:443"), {1460, 7, true, true, false}}};
  }
  static Time EpochStart(int64_t number) {
    return FromMilliseconds(((ToMilliseconds(kJarStart) / kEpoch.count()) + number) *
                            kEpoch.count());
  }
  static CookieTuple Tuple() {
    return {*ParseAddress("198.18.0.12"), 40000, 1, Vids{0x123, 0x456}.Packed(), 0xffffffff};
  }
  static Offer Options(bool timestamps) { return {1460, 7, true, timestamps, false}; }

  Cookie Bake(Time now, const CookieTuple& tuple, const Offer& options) {
    jar_.Advance(now);
    return jar_.Bake(now, tuple, options);
  }
  CookieJar::Verified Verify(Time now, const CookieTuple& tuple, const Cookie& cookie,
                             bool timestamps) {
    jar_.Advance(now);
    return jar_.Verify(
        now, {tuple, cookie.isn, timestamps ? std::optional(cookie.tsval) : std::nullopt});
  }

  CookieJar jar_{{0x0123456789abcdef, 0xfedcba9876543210}, kEpoch, Bindings(), kJarStart};
};

}  // namespace synsplice::test
