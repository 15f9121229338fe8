#include "mac_lanes.h"

#include <cstring>

namespace synsplice {
namespace {

typedef uint64_t Lanes128 __attribute__((vector_size(16)));
typedef uint64_t Lanes256 __attribute__((vector_size(32)));
typedef uint64_t Lanes512 __attribute__((vector_size(64)));

// Vectors go by reference: what returns one has another calling convention in each function below.
template <typename Lanes>
[[gnu::always_inline]] inline void Load(const uint64_t* row, Lanes& lanes) {
  std::memcpy(&lanes, row, sizeof lanes);
}

// `one` in each lane, but where `others` has all bits.
template <typename Lanes>
[[gnu::always_inline]] inline void Blend(uint64_t one, uint64_t other, const Lanes& others,
                                         Lanes& lanes) {
  lanes = one ^ ((Lanes{} + (one ^ other)) & others);
}

// Whole lanes of ones for the bits of `bits` from `first` on.
template <typename Lanes>
[[gnu::always_inline]] inline void Spread(uint32_t bits, size_t first, Lanes& lanes) {
  for (size_t lane = 0; lane < sizeof(Lanes) / sizeof(uint64_t); ++lane) lanes[lane] = first + lane;
  lanes = 0 - ((Lanes{} + bits) >> lanes & 1);
}

template <typename Lanes>
[[gnu::always_inline]] inline void Start(const MacLaneInput& input, size_t first,
                                         SipState<Lanes>& lanes) {
  if (input.alike) {
    const SipState<uint64_t>&one = *input.states[0], &other = *input.other;
    Lanes others;
    Spread(input.others, first, others);
    Blend(one.v0, other.v0, others, lanes.v0), Blend(one.v1, other.v1, others, lanes.v1);
    Blend(one.v2, other.v2, others, lanes.v2), Blend(one.v3, other.v3, others, lanes.v3);
    return;
  }
  constexpr size_t kLanes = sizeof(Lanes) / sizeof(uint64_t);
  alignas(64) uint64_t rows[4][kLanes];
  for (size_t lane = 0; lane < kLanes; ++lane) {
    const SipState<uint64_t>& state = *input.states[first + lane];
    rows[0][lane] = state.v0, rows[1][lane] = state.v1;
    rows[2][lane] = state.v2, rows[3][lane] = state.v3;
  }
  Load(rows[0], lanes.v0), Load(rows[1], lanes.v1);
  Load(rows[2], lanes.v2), Load(rows[3], lanes.v3);
}

// In parts of a register each: GCC makes poor code of vectors that the CPU does not have. All parts
// step by step, so that none waits for itself.
template <typename Lanes>
[[gnu::always_inline]] inline void Compute(const MacLaneInput& input, uint64_t* results) {
  constexpr size_t kLanes = sizeof(Lanes) / sizeof(uint64_t);
  constexpr size_t kParts = kMacLanes / kLanes;
  SipState<Lanes> parts[kParts];
#pragma GCC unroll 4
  for (size_t part = 0; part < kParts; ++part) Start(input, part * kLanes, parts[part]);
  for (const uint64_t* row : input.rows) {
#pragma GCC unroll 4
    for (size_t part = 0; part < kParts; ++part) {
      Lanes words;
      Load(row + part * kLanes, words);
      parts[part].template Absorb<2>(words);
    }
  }
#pragma GCC unroll 4
  for (size_t part = 0; part < kParts; ++part) {
    Lanes result;
    parts[part].template Finish<4>(result);
    std::memcpy(results + part * kLanes, &result, sizeof result);
  }
}

[[gnu::target("avx512f")]] void ComputeAvx512(const MacLaneInput& input, uint64_t* results) {
  Compute<Lanes512>(input, results);
}

[[gnu::target("avx2")]] void ComputeAvx2(const MacLaneInput& input, uint64_t* results) {
  Compute<Lanes256>(input, results);
}

void ComputeBaseline(const MacLaneInput& input, uint64_t* results) {
  Compute<Lanes128>(input, results);
}

using Function = void (*)(const MacLaneInput&, uint64_t*);

Function Choose() {
  if (__builtin_cpu_supports("avx512f")) return ComputeAvx512;
  return __builtin_cpu_supports("avx2") ? ComputeAvx2 : ComputeBaseline;
}

const Function kCompute = Choose();

}  // namespace

void MacLanes(const MacLaneInput& input, size_t lanes, uint64_t* results) {
  if (lanes > kFewMacs) return kCompute(input, results);
  for (size_t lane = 0; lane < lanes; ++lane) {
    SipState<uint64_t> state = *input.states[lane];
    for (const uint64_t* row : input.rows) state.Absorb<2>(row[lane]);
    state.Finish<4>(results[lane]);
  }
}

}  // namespace synsplice
