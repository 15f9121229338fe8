#include "synsplice/base/endian.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(Endian, NetworkOrderAtAnyOffset) {
  uint8_t bytes[8] = {};
  for (size_t offset = 0; offset < 4; ++offset) {
    StoreBe32(bytes + offset, 0x01020304);
    EXPECT_EQ(bytes[offset], 1);
    EXPECT_EQ(bytes[offset + 3], 4);
    EXPECT_EQ(LoadBe32(bytes + offset), 0x01020304u);
    EXPECT_EQ(LoadBe16(bytes + offset + 1), 0x0203u);
    StoreBe16(bytes + offset, 0xfffe);
    EXPECT_EQ(LoadBe32(bytes + offset), 0xfffe0304u);
  }
}

}  // namespace
}  // namespace synsplice
