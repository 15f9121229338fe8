#include "synsplice/base/toeplitz.h"

namespace synsplice {
namespace {

// Bit `at` and those behind it: what a set bit of the input at this place adds.
uint32_t Window(const Toeplitz::Key& key, size_t at) {
  uint32_t window = 0;
  for (size_t i = at; i < at + 32; ++i) {
    window = window << 1 | (key[i / 8] >> (7 - i % 8) & 1);
  }
  return window;
}

}  // namespace

Toeplitz::Key Toeplitz::KeyFrom(const SipKey& seed) {
  Key key;
  for (uint8_t i = 0; i < key.size(); ++i) {
    key[i] = static_cast<uint8_t>(SipHash<2, 4>(seed, {&i, 1}));
  }
  return key;
}

Toeplitz::Toeplitz(const Key& key) {
  for (size_t digit = 0; digit < kDigits; ++digit) {
    for (size_t value = 0; value < digits_[digit].size(); ++value) {
      uint32_t& sum = digits_[digit][value] = 0;
      for (size_t bit = 0; bit < 4; ++bit) {
        if (value << bit & 8) sum ^= Window(key, 4 * digit + bit);
      }
    }
  }
}

}  // namespace synsplice
