#include "io/memory/mapping.h"

#include <fmt/format.h>
#include <linux/mman.h>
#include <sys/mman.h>

#include <fstream>
#include <new>
#include <string>

#include "io/memory/machine_memory.h"

namespace synsplice {
namespace {

constexpr size_t kPage = 4096, kHugePage = size_t{2} << 20;

size_t RoundUp(size_t number, size_t unit) { return (number + unit - 1) / unit * unit; }

// Empty: not to be had.
std::span<std::byte> Map(size_t bytes, int flags) {
  constexpr int kAccess = PROT_READ | PROT_WRITE;
  void* memory = mmap(nullptr, bytes, kAccess, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
  if (memory == MAP_FAILED) return {};
  return {static_cast<std::byte*>(memory), bytes};
}

std::span<std::byte> AlignedWithin(std::span<std::byte> mapped, size_t bytes) {
  const auto start = reinterpret_cast<uintptr_t>(mapped.data());
  return mapped.subspan(RoundUp(start, kHugePage) - start, bytes);
}

bool IsAvailable(size_t bytes) {
  const uint64_t available = ReadMemory("/proc").available;
  return available == 0 || bytes <= available;
}

// 4 KB pages come one by one: without the check the kernel would find out too late.
std::span<std::byte> MapTransparent(size_t bytes) {
  return IsAvailable(bytes) ? Map(bytes, 0) : std::span<std::byte>();
}

}  // namespace

Mapping::Mapping(size_t bytes, PageKind wanted) : pages_(wanted) {
  if (pages_ == PageKind::kReserved) {
    mapped_ = memory_ = Map(RoundUp(bytes, kHugePage), MAP_HUGETLB | MAP_HUGE_2MB);
    if (mapped_.empty()) pages_ = PageKind::kTransparent;
  }
  if (pages_ == PageKind::kTransparent) {
    bytes = RoundUp(bytes, kPage);
    mapped_ = MapTransparent(bytes + kHugePage);
    if (mapped_.empty()) throw std::bad_alloc();
    memory_ = AlignedWithin(mapped_, bytes);
    // A kernel without them has small ones.
    (void)madvise(memory_.data(), memory_.size(), MADV_HUGEPAGE);
  }
  if (madvise(memory_.data(), memory_.size(), MADV_POPULATE_WRITE) == 0) return;
  munmap(mapped_.data(), mapped_.size());
  throw std::bad_alloc();
}

Mapping::~Mapping() { munmap(mapped_.data(), mapped_.size()); }

size_t Mapping::huge_bytes() const {
  if (pages_ == PageKind::kReserved) return memory_.size();
  std::ifstream areas("/proc/self/smaps");
  const std::string start = fmt::format("{:x}-", reinterpret_cast<uintptr_t>(memory_.data()));
  std::string line;
  while (std::getline(areas, line) && !line.starts_with(start)) continue;
  for (size_t kilobytes; areas >> line;) {
    if (line == "AnonHugePages:" && areas >> kilobytes) return kilobytes << 10;
  }
  return 0;
}

}  // namespace synsplice
