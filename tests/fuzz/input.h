// A fuzz input read as a sequence of small decisions; zeros when its bytes are used up.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

namespace synsplice::fuzz {

class Input {
 public:
  explicit Input(std::span<const uint8_t> bytes) : bytes_(bytes) {}

  bool empty() const { return bytes_.empty(); }
  uint8_t Byte() {
    const auto taken = Take(1);
    return taken.empty() ? 0 : taken[0];
  }
  uint32_t Word() {  // 16 bits
    const uint32_t high = Byte();
    return high << 8 | Byte();
  }
  uint32_t Long() {
    const uint32_t high = Word();
    return high << 16 | Word();
  }
  size_t Choose(size_t count) { return Byte() % count; }
  // Fewer at the end of the input.
  std::span<const uint8_t> Take(size_t count) {
    const auto taken = bytes_.first(std::min(count, bytes_.size()));
    bytes_ = bytes_.subspan(taken.size());
    return taken;
  }

 private:
  std::span<const uint8_t> bytes_;
};

}  // namespace synsplice::fuzz
