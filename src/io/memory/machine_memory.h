// What memory the machine has.
#pragma once

#include <cstdint>
#include <string>

namespace synsplice {

struct Memory {
  uint64_t available = 0;   // bytes, without swapping
  uint64_t huge_pages = 0;  // of the default size, those in use as well
  uint64_t huge_pages_free = 0;
  uint64_t huge_page = 2u << 20;  // bytes
};

// `proc` is where procfs is: "/proc".
Memory ReadMemory(const std::string& proc);

}  // namespace synsplice
