// Asks for a cache line before it is needed.
#pragma once

namespace synsplice {

// In assembler: GCC takes a function that does nothing but __builtin_prefetch for one without
// effect, and leaves its calls out.
[[gnu::always_inline]] inline void PrefetchLine(const void* at) {
  asm volatile("prefetcht0 %0" : : "m"(*static_cast<const char*>(at)));
}

}  // namespace synsplice
