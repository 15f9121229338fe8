// Seeded randomness for tests: another seed for every test, the same on every run; run with
// --gtest_random_seed=N for others. Failures show the seed through SCOPED_TRACE(SeedTrace(seed)).
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <random>
#include <string>

namespace synsplice::test {

inline uint64_t TestSeed() {
  const auto* unit = ::testing::UnitTest::GetInstance();
  uint64_t seed = 14695981039346656037u + static_cast<uint64_t>(GTEST_FLAG_GET(random_seed));
  const auto* info = unit->current_test_info();
  for (const char* c = info ? info->name() : ""; *c != 0; ++c) {
    seed = (seed ^ static_cast<uint8_t>(*c)) * 1099511628211u;
  }
  return seed;
}

inline std::string SeedTrace(uint64_t seed) { return "seed " + std::to_string(seed); }

// A sequence number shortly before the wrap, so that every dialogue crosses it.
inline uint32_t NearWrap(std::mt19937_64& random) {
  return 0xffffffffu - static_cast<uint32_t>(random() % 64);
}

}  // namespace synsplice::test
