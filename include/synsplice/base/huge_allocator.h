// An allocator of a large table that is read at random: in pages of 2 MB where the kernel has them,
// the TLB reaches all of it.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <new>

namespace synsplice {

// For a std::vector. Smaller ones lie in ordinary memory.
template <typename T>
struct HugeAllocator {
  using value_type = T;

  HugeAllocator() = default;
  template <typename U>
  HugeAllocator(const HugeAllocator<U>&) {}  // NOLINT: the same for any type

  T* allocate(size_t count) {
    const std::align_val_t alignment = AlignmentOf(count);
    void* const memory = ::operator new(count * sizeof(T), alignment);
    // No more than advice: that it is not taken changes nothing else.
    if (alignment == kHugePage) (void)madvise(memory, count * sizeof(T), MADV_HUGEPAGE);
    return static_cast<T*>(memory);
  }
  void deallocate(T* memory, size_t count) { ::operator delete(memory, AlignmentOf(count)); }

  bool operator==(const HugeAllocator&) const = default;

 private:
  static constexpr std::align_val_t kHugePage{2u << 20};
  static constexpr std::align_val_t kCacheLine{64};

  static constexpr std::align_val_t AlignmentOf(size_t count) {
    return count * sizeof(T) >= static_cast<size_t>(kHugePage) ? kHugePage : kCacheLine;
  }
};

}  // namespace synsplice
