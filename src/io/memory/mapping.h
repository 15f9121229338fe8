// Memory for the core's tables, all of it present before the first packet: none costs a page fault.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace synsplice {

// What backs it: of pages of 2 MB the TLB reaches a whole table.
enum class PageKind : uint8_t {
  kReserved,     // 2 MB pages of hugetlbfs
  kTransparent,  // 2 MB pages where the kernel finds them, else 4 KB ones
};

class Mapping {
 public:
  // Zeroed, at an address that 2 MB divide. Where kReserved is `wanted` but not enough are free it
  // is transparent. Throws std::bad_alloc, also where the machine would have to end a process for
  // it.
  Mapping(size_t bytes, PageKind wanted);
  ~Mapping();
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  std::span<std::byte> memory() const { return memory_; }
  PageKind pages() const { return pages_; }
  // Of it, in pages of 2 MB.
  size_t huge_bytes() const;

 private:
  PageKind pages_;
  std::span<std::byte> mapped_;
  std::span<std::byte> memory_;  // within it
};

}  // namespace synsplice
