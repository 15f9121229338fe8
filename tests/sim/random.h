// The one source of chance of a run: a seed gives the same run on every machine.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace synsplice::sim {

// SplitMix64 (Steele, Lea, Flood: "Fast splittable pseudorandom number generators", 2014).
class Random {
 public:
  // The seed is mixed: those of neighbours would be steps of one sequence.
  explicit Random(uint64_t seed) : state_(Mix(seed + kStep)) {}

  // Another sequence, without a step of this one.
  Random Fork() const { return Random(state_); }

  uint64_t Next() { return Mix(state_ += kStep); }
  uint32_t Next32() { return static_cast<uint32_t>(Next() >> 32); }
  // 0 .. n - 1. REQUIRES: n > 0.
  uint32_t Below(uint32_t n) { return static_cast<uint32_t>((Next() >> 32) * n >> 32); }
  // low .. high, both included.
  uint32_t Between(uint32_t low, uint32_t high) { return low + Below(high - low + 1); }
  bool Percent(uint32_t chance) { return chance != 0 && Below(100) < chance; }
  bool PerMille(uint32_t chance) { return chance != 0 && Below(1000) < chance; }
  template <typename T>
  T Pick(std::initializer_list<T> values) {
    return values.begin()[Below(static_cast<uint32_t>(values.size()))];
  }
  // A sequence number: shortly before the wrap as a rule, so that connections cross it.
  uint32_t Isn() { return Percent(75) ? 0u - Between(1, 4000) : Next32(); }

 private:
  static constexpr uint64_t kStep = 0x9e3779b97f4a7c15u;

  static uint64_t Mix(uint64_t z) {
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
  }

  uint64_t state_;
};

}  // namespace synsplice::sim
