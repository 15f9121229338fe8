#include "synsplice/base/region.h"

#include "synsplice/base/siphash.h"

namespace synsplice {
namespace {

// "synsplice", the form of this header and what zero means in the tables.
constexpr uint64_t kStamp = 0x73796e73706c0001;

struct Header {
  uint64_t stamp;  // 0: the memory is new
  uint64_t checksum;
  uint64_t bytes;
};
static_assert(sizeof(Header) <= Layout::kAlignment);

}  // namespace

void Layout::Note(uint64_t number) {
  auto state = StartSipHash({checksum_, kStamp});
  state.Absorb<1>(number);
  state.Finish<3>(checksum_);
}

size_t Layout::Reserve(size_t bytes) {
  const size_t offset = bytes_;
  bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
  return offset;
}

std::optional<Region> Region::Over(std::span<std::byte> memory, const Layout& layout) {
  if (memory.size() < layout.bytes()) return std::nullopt;
  auto& header = *reinterpret_cast<Header*>(memory.data());
  if (header.stamp == 0) header = {kStamp, layout.checksum(), layout.bytes()};
  const bool is_ours = header.stamp == kStamp && header.checksum == layout.checksum() &&
                       header.bytes == layout.bytes();
  if (!is_ours) return std::nullopt;
  return Region(memory.data(), memory.size());
}

}  // namespace synsplice
