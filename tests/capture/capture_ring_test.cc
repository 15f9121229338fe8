#include "capture/capture_ring.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace synsplice {
namespace {

constexpr size_t kSmallRing = 1024;

bool PutNumber(CaptureRing& ring, uint32_t number, size_t size) {
  const std::vector<uint8_t> bytes(size, static_cast<uint8_t>(number));
  CaptureEntry entry;
  entry.length = number;
  entry.captured = static_cast<uint32_t>(size);
  return ring.Put(entry, bytes);
}

void ExpectNumber(CaptureRing& ring, uint32_t number, size_t size) {
  const CaptureEntry* entry = ring.Front();
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->length, number);
  EXPECT_EQ(std::vector<uint8_t>(ring.bytes().begin(), ring.bytes().end()),
            std::vector<uint8_t>(size, static_cast<uint8_t>(number)));
  ring.Pop();
}

TEST(CaptureRing, GivesWhatWasPutInOrder) {
  CaptureRing ring(kSmallRing);
  EXPECT_EQ(ring.Front(), nullptr);
  for (uint32_t i = 0; i < 3; ++i) EXPECT_TRUE(PutNumber(ring, i, 40 * i));
  for (uint32_t i = 0; i < 3; ++i) ExpectNumber(ring, i, 40 * i);
  EXPECT_EQ(ring.Front(), nullptr);
}

// 32 bytes of each entry, then the frame's, in units of 32.
TEST(CaptureRing, IsFullAtItsBound) {
  CaptureRing ring(kSmallRing);
  for (uint32_t i = 0; i < kSmallRing / 64; ++i) EXPECT_TRUE(PutNumber(ring, i, 32));
  EXPECT_FALSE(PutNumber(ring, 99, 0));
  ExpectNumber(ring, 0, 32);
  EXPECT_FALSE(PutNumber(ring, 99, 33));
  EXPECT_TRUE(PutNumber(ring, 99, 32));
}

TEST(CaptureRing, AFrameIsInOnePieceAtTheEndOfTheMemory) {
  CaptureRing ring(kSmallRing);
  for (uint32_t i = 0; i < 200; ++i) {
    const size_t size = i * 37 % 400;
    ASSERT_TRUE(PutNumber(ring, i, size)) << i;
    ExpectNumber(ring, i, size);
  }
}

TEST(CaptureRing, ReaderAndWriterInTwoThreads) {
  constexpr uint32_t kFrames = 20'000;
  CaptureRing ring(kSmallRing);
  std::thread writer([&ring] {
    for (uint32_t i = 0; i < kFrames;) {
      if (PutNumber(ring, i, i % 300)) {
        ++i;
      } else {
        std::this_thread::yield();
      }
    }
  });
  for (uint32_t i = 0; i < kFrames;) {
    if (ring.Front() == nullptr) {
      std::this_thread::yield();
      continue;
    }
    ExpectNumber(ring, i, i % 300);
    ++i;
  }
  writer.join();
}

}  // namespace
}  // namespace synsplice
