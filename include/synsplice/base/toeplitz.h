// The Toeplitz hash of receive-side scaling (RSS) over one endpoint: address, then port.
//
// Network cards compute it too. One that has the same key and hashes the same fields brings every
// frame to the queue of the worker that owns it; where none can, software tells the same owner.
//
// It is linear: who knows the results of some endpoints knows those of their differences. The key
// is secret and results are never shown, so that nobody can aim at a result.
#pragma once

#include <array>
#include <cstdint>

#include "synsplice/base/address.h"
#include "synsplice/base/siphash.h"

namespace synsplice {

class Toeplitz {
 public:
  // As long as the longest of network cards: they take the first 40 bytes, or all.
  using Key = std::array<uint8_t, 52>;

  static Key KeyFrom(const SipKey& seed);

  explicit Toeplitz(const Key& key);

  // IPv4 addresses are four bytes, as cards see them.
  uint32_t operator()(const Address& address, uint16_t port) const {
    const uint8_t* bytes = address.WireBytes();
    const Digit* digit = digits_.data();
    uint32_t hash = 0;
    for (const uint8_t* const end = bytes + address.WireLength(); bytes != end; ++bytes) {
      hash ^= Of(digit, *bytes);
      digit += 2;
    }
    return hash ^ Of(digit, port >> 8) ^ Of(digit + 2, port & 0xff);
  }

 private:
  // What each value of four bits at one place of the input adds: small tables stay in the cache.
  using Digit = std::array<uint32_t, 16>;
  static constexpr size_t kDigits = 2 * (16 + 2);

  static uint32_t Of(const Digit* digits, uint32_t byte) {
    return digits[0][byte >> 4] ^ digits[1][byte & 15];
  }

  std::array<Digit, kDigits> digits_;
};

}  // namespace synsplice
