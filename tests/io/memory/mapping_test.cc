#include "io/memory/mapping.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <new>
#include <vector>

namespace synsplice {
namespace {

size_t PresentPages(std::span<std::byte> memory) {
  std::vector<unsigned char> pages((memory.size() + 4095) / 4096);
  EXPECT_EQ(mincore(memory.data(), memory.size(), pages.data()), 0);
  size_t present = 0;
  for (const unsigned char page : pages) present += page & 1;
  return present;
}

TEST(Mapping, AllOfItIsThereAndZero) {
  const Mapping mapping(5'000'000, PageKind::kTransparent);
  ASSERT_GE(mapping.memory().size(), 5'000'000u);
  EXPECT_EQ(PresentPages(mapping.memory()), (mapping.memory().size() + 4095) / 4096);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(mapping.memory().data()) % (2 << 20), 0u);
  for (const std::byte byte : mapping.memory()) ASSERT_EQ(byte, std::byte{0});
}

// Machines without reserved pages, or without enough of them, have the others.
TEST(Mapping, WithoutReservedPagesItIsTransparent) {
  const Mapping mapping(100, PageKind::kReserved);
  EXPECT_GE(mapping.memory().size(), 100u);
  const bool whole = mapping.memory().size() % (2 << 20) == 0;
  EXPECT_EQ(mapping.pages(), whole ? PageKind::kReserved : PageKind::kTransparent);
}

TEST(Mapping, WhatTheMachineLacksIsThrown) {
  EXPECT_THROW(Mapping(size_t{1} << 46, PageKind::kTransparent), std::bad_alloc);
}

}  // namespace
}  // namespace synsplice
