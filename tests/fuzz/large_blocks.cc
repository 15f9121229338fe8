// The program's operator new: large blocks are kept for the next story. The tables of its worlds
// have 12 MB; ASan gives blocks of that kind back to the kernel at once, and fresh pages were 99 %
// of what a story took. A kept block is poisoned: who reads it after its end is found as before.
// What these targets no longer find is a block that is deleted in another way than it was made.
#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>

namespace {

constexpr size_t kLarge = size_t{128} << 10;  // bytes

struct Block {
  void* memory;  // nullptr: none yet
  size_t size;
  size_t alignment;
  bool used;
};
// When there are more, they are not kept.
std::array<Block, 64> blocks;

void* Fresh(size_t size, size_t alignment) {
  void* memory = nullptr;
  if (posix_memalign(&memory, alignment, size) != 0) std::abort();
  return memory;
}

void* Allocate(size_t size, size_t alignment) {
  if (size < kLarge) return Fresh(size, alignment);
  const auto kept = std::ranges::find_if(blocks, [&](const Block& block) {
    return block.memory && !block.used && block.size == size && block.alignment == alignment;
  });
  if (kept != blocks.end()) {
    kept->used = true;
    __asan_unpoison_memory_region(kept->memory, size);
    return kept->memory;
  }
  void* const memory = Fresh(size, alignment);
  const auto free = std::ranges::find(blocks, nullptr, &Block::memory);
  if (free != blocks.end()) *free = {memory, size, alignment, true};
  return memory;
}

void Free(void* memory) {
  const auto kept = memory ? std::ranges::find(blocks, memory, &Block::memory) : blocks.end();
  if (kept == blocks.end()) return std::free(memory);
  kept->used = false;
  __asan_poison_memory_region(memory, kept->size);
}

}  // namespace

void* operator new(size_t size) { return Allocate(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__); }
void* operator new(size_t size, const std::nothrow_t&) noexcept { return operator new(size); }
void* operator new(size_t size, std::align_val_t alignment) {
  return Allocate(size, static_cast<size_t>(alignment));
}
void operator delete(void* memory) noexcept { Free(memory); }
void operator delete(void* memory, size_t) noexcept { Free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { Free(memory); }
void operator delete(void* memory, size_t, std::align_val_t) noexcept { Free(memory); }
