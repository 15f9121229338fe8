// SipHash-c-d (Aumasson, Bernstein: "SipHash: a fast short-input PRF", 2012), word-oriented.
//
// `Word` may be a vector type: the same code then runs one hash per lane. A message is a sequence
// of 64-bit words; the last word carries the message length in its top byte, as in the paper, so
// that results agree with byte-oriented implementations on little-endian hosts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace synsplice {

struct SipKey {
  uint64_t k0 = 0;
  uint64_t k1 = 0;

  static SipKey FromBytes(const uint8_t (&bytes)[16]) {
    SipKey key;
    std::memcpy(&key.k0, bytes, 8);
    std::memcpy(&key.k1, bytes + 8, 8);
    return key;
  }
  bool operator==(const SipKey&) const = default;
};

// Always inlined: a vector type must not cross a call between functions of different targets.
template <typename Word>
struct SipState {
  Word v0, v1, v2, v3;

  template <int kRounds>
  [[gnu::always_inline]] void Absorb(const Word& message) {
    v3 ^= message;
    Rounds<kRounds>();
    v0 ^= message;
  }

  template <int kRounds>
  [[gnu::always_inline]] void Finish(Word& result) {
    v2 ^= 0xffu;
    Rounds<kRounds>();
    result = v0 ^ v1 ^ v2 ^ v3;
  }

 private:
  template <int kRounds>
  [[gnu::always_inline]] void Rounds() {
    for (int round = 0; round < kRounds; ++round) {
      v0 += v1, v1 = (v1 << 13 | v1 >> 51) ^ v0, v0 = v0 << 32 | v0 >> 32;
      v2 += v3, v3 = (v3 << 16 | v3 >> 48) ^ v2;
      v0 += v3, v3 = (v3 << 21 | v3 >> 43) ^ v0;
      v2 += v1, v1 = (v1 << 17 | v1 >> 47) ^ v2, v2 = v2 << 32 | v2 >> 32;
    }
  }
};

inline SipState<uint64_t> StartSipHash(const SipKey& key) {
  return {key.k0 ^ 0x736f6d6570736575u, key.k1 ^ 0x646f72616e646f6du, key.k0 ^ 0x6c7967656e657261u,
          key.k1 ^ 0x7465646279746573u};
}

// SipHash of bytes of any length: for keys and configuration, not for the packet path.
template <int kCompression, int kFinalization>
uint64_t SipHash(const SipKey& key, std::span<const uint8_t> bytes) {
  auto state = StartSipHash(key);
  size_t offset = 0;
  for (; offset + 8 <= bytes.size(); offset += 8) {
    uint64_t word;
    std::memcpy(&word, bytes.data() + offset, 8);
    state.Absorb<kCompression>(word);
  }
  uint64_t last = static_cast<uint64_t>(bytes.size()) << 56;
  for (size_t i = 0; offset + i < bytes.size(); ++i) {
    last |= static_cast<uint64_t>(bytes[offset + i]) << (8 * i);
  }
  state.Absorb<kCompression>(last);
  uint64_t result;
  state.Finish<kFinalization>(result);
  return result;
}

}  // namespace synsplice
