// Tables in one piece of memory that somebody else has allocated.
//
// Where a table lies follows from the layout alone and nothing inside is a pointer: the memory may
// be mapped at any address, and by another process later. A header in front tells what lies in it,
// so that nobody takes the entries of one layout for those of another.
//
//   | 64 bytes: stamp, checksum of the layout, bytes | table | table | ...
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <type_traits>

#include "synsplice/base/check.h"

namespace synsplice {

// `count` entries of T, `offset` bytes behind a region's start.
template <typename T>
struct Extent {
  size_t offset = 0;
  size_t count = 0;
};

// Reserves one table behind the other. All of it is known before there is any memory.
class Layout {
 public:
  // Two cache lines, which are fetched together: no table shares them with another worker's.
  static constexpr size_t kAlignment = 128;

  // `shape` tells two entries of one size apart: it changes whenever a field lies elsewhere.
  template <typename T>
  Extent<T> Add(size_t count, uint64_t shape = 0) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= kAlignment);
    Note(sizeof(T));
    Note(shape);
    Note(count);
    return {Reserve(count * sizeof(T)), count};
  }

  size_t bytes() const { return bytes_; }  // header included
  // Of all that defines it: sizes and shapes of the entries, and how many there are.
  uint64_t checksum() const { return checksum_; }

 private:
  void Note(uint64_t number);
  size_t Reserve(size_t bytes);

  size_t bytes_ = kAlignment;
  uint64_t checksum_ = 0;
};

class Region {
 public:
  // Stamps memory that is all zero, accepts memory that bears this layout's stamp. nullopt: another
  // layout's, which is left as it is. REQUIRES: memory is aligned as a page.
  static std::optional<Region> Over(std::span<std::byte> memory, const Layout& layout);

  template <typename T>
  std::span<T> operator[](Extent<T> extent) const {
    SYNSPLICE_CHECK(extent.offset + extent.count * sizeof(T) <= bytes_);
    return {reinterpret_cast<T*>(base_ + extent.offset), extent.count};
  }

 private:
  Region(std::byte* base, size_t bytes) : base_(base), bytes_(bytes) {}

  std::byte* base_;
  size_t bytes_;
};

}  // namespace synsplice
