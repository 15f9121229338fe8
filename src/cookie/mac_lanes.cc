#include "mac_lanes.h"

#include <cstring>

namespace synsplice {
namespace {

typedef uint64_t Lanes __attribute__((vector_size(8 * kMacLanes)));

// Vectors go by reference: what returns one has another calling convention in each function below.
[[gnu::always_inline]] inline void Load(const uint64_t* row, Lanes& lanes) {
  std::memcpy(&lanes, row, sizeof lanes);
}

[[gnu::always_inline]] inline void Start(const MacLaneInput& input, SipState<Lanes>& lanes) {
  if (input.one_state) {
    const SipState<uint64_t>& one = *input.states[0];
    lanes.v0 = Lanes{} + one.v0, lanes.v1 = Lanes{} + one.v1;
    lanes.v2 = Lanes{} + one.v2, lanes.v3 = Lanes{} + one.v3;
    return;
  }
  alignas(64) uint64_t rows[4][kMacLanes];
  for (size_t lane = 0; lane < kMacLanes; ++lane) {
    const SipState<uint64_t>& state = *input.states[lane];
    rows[0][lane] = state.v0, rows[1][lane] = state.v1;
    rows[2][lane] = state.v2, rows[3][lane] = state.v3;
  }
  Load(rows[0], lanes.v0), Load(rows[1], lanes.v1);
  Load(rows[2], lanes.v2), Load(rows[3], lanes.v3);
}

[[gnu::always_inline]] inline void Compute(const MacLaneInput& input, uint64_t* results) {
  SipState<Lanes> state;
  Start(input, state);
  for (const uint64_t* row : input.rows) {
    Lanes words;
    Load(row, words);
    state.Absorb<2>(words);
  }
  Lanes result;
  state.Finish<4>(result);
  std::memcpy(results, &result, sizeof result);
}

[[gnu::target("avx512f")]] void ComputeAvx512(const MacLaneInput& input, uint64_t* results) {
  Compute(input, results);
}

[[gnu::target("avx2")]] void ComputeAvx2(const MacLaneInput& input, uint64_t* results) {
  Compute(input, results);
}

void ComputeBaseline(const MacLaneInput& input, uint64_t* results) { Compute(input, results); }

using Function = void (*)(const MacLaneInput&, uint64_t*);

Function Choose() {
  if (__builtin_cpu_supports("avx512f")) return ComputeAvx512;
  return __builtin_cpu_supports("avx2") ? ComputeAvx2 : ComputeBaseline;
}

const Function kCompute = Choose();

}  // namespace

void MacLanes(const MacLaneInput& input, size_t lanes, uint64_t* results) {
  constexpr size_t kFew = 2;
  if (lanes > kFew) return kCompute(input, results);
  for (size_t lane = 0; lane < lanes; ++lane) {
    SipState<uint64_t> state = *input.states[lane];
    for (const uint64_t* row : input.rows) state.Absorb<2>(row[lane]);
    state.Finish<4>(results[lane]);
  }
}

}  // namespace synsplice
