#include "mac_lanes.h"

#include <cstring>

namespace synsplice {
namespace {

typedef uint64_t Lanes __attribute__((vector_size(8 * kMacLanes)));

[[gnu::always_inline]] inline void Compute(const MacLaneInput& input,
                                           uint64_t (&results)[kMacLanes]) {
  SipState<Lanes> state;
  const SipState<uint64_t>& first = *input.states[0];
  state.v0 = Lanes{} + first.v0, state.v1 = Lanes{} + first.v1;
  state.v2 = Lanes{} + first.v2, state.v3 = Lanes{} + first.v3;
  for (size_t lane = input.one_state ? kMacLanes : 1; lane < kMacLanes; ++lane) {
    const SipState<uint64_t>& other = *input.states[lane];
    state.v0[lane] = other.v0, state.v1[lane] = other.v1;
    state.v2[lane] = other.v2, state.v3[lane] = other.v3;
  }
  for (const auto& row : input.words) {
    Lanes word;
    std::memcpy(&word, row, sizeof word);
    state.Absorb<2>(word);
  }
  Lanes result;
  state.Finish<4>(result);
  std::memcpy(results, &result, sizeof result);
}

[[gnu::target("avx512f")]] void ComputeAvx512(const MacLaneInput& input,
                                              uint64_t (&results)[kMacLanes]) {
  Compute(input, results);
}

[[gnu::target("avx2")]] void ComputeAvx2(const MacLaneInput& input,
                                         uint64_t (&results)[kMacLanes]) {
  Compute(input, results);
}

void ComputeBaseline(const MacLaneInput& input, uint64_t (&results)[kMacLanes]) {
  Compute(input, results);
}

using Function = void (*)(const MacLaneInput&, uint64_t (&)[kMacLanes]);

Function Choose() {
  if (__builtin_cpu_supports("avx512f")) return ComputeAvx512;
  return __builtin_cpu_supports("avx2") ? ComputeAvx2 : ComputeBaseline;
}

const Function kCompute = Choose();

}  // namespace

void MacLanes(const MacLaneInput& input, uint64_t (&results)[kMacLanes]) {
  kCompute(input, results);
}

}  // namespace synsplice
