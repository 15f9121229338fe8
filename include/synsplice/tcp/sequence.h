// Sequence numbers: positions compare by signed difference (RFC 9293 3.4).
#pragma once

#include <cstdint>

namespace synsplice {

struct Seq {
  uint32_t value = 0;

  friend Seq operator+(Seq seq, uint32_t length) { return {seq.value + length}; }
  friend Seq operator-(Seq seq, uint32_t length) { return {seq.value - length}; }
  // How far `a` lies behind `b`: negative when `a` is earlier.
  friend int32_t operator-(Seq a, Seq b) { return static_cast<int32_t>(a.value - b.value); }
  friend bool operator==(Seq, Seq) = default;
};

inline Seq Later(Seq a, Seq b) { return a - b > 0 ? a : b; }

// Whether `seq` lies at most `distance` before or after `centre`.
inline bool Within(Seq seq, Seq centre, uint32_t distance) {
  const int64_t difference = seq - centre;
  return static_cast<uint64_t>(difference + distance) <= uint64_t{distance} * 2;
}

}  // namespace synsplice
