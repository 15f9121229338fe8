#include "synsplice/wire/checksum.h"

#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/random.h"
#include "support/tcp_frame.h"

namespace synsplice::test {
namespace {

TEST(Checksum, Rfc1071Section3) {
  const uint8_t bytes[] = {0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7};
  ChecksumSum sum;
  sum.AddBytes(bytes, sizeof bytes);
  EXPECT_EQ(sum.Folded(), 0xddf2);
  EXPECT_EQ(sum.Checksum(), 0x220d);
  EXPECT_EQ(SlowChecksum(bytes), 0x220d);
}

// Equation 3 gives 0000 where RFC 1141's gives ffff.
TEST(Checksum, Rfc1624Section4) {
  ChecksumUpdate update;
  update.Replace16(0x5555, 0x3285);
  EXPECT_EQ(update.Apply(0xdd2f), 0x0000);
}

TEST(Checksum, EmptyUpdateKeepsTheField) {
  for (uint32_t field = 0; field <= 0xffff; ++field) {
    // All changes cancelled: ffff and 0000 are the same sum, 0000 stays 0000.
    ASSERT_EQ(ChecksumUpdate().Apply(static_cast<uint16_t>(field)), field);
  }
}

TEST(Checksum, SumAgreesWithTheOracle) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes(random() % (i % 16 == 0 ? 9000 : 400));
    const uint8_t fill = random() % 4 == 0 ? 0xff : 0;
    for (uint8_t& byte : bytes) byte = fill ? fill : static_cast<uint8_t>(random());
    ChecksumSum sum;
    sum.AddBytes(bytes.data(), bytes.size());
    ASSERT_EQ(sum.Checksum(), SlowChecksum(bytes)) << i;
  }
}

// Words of many ones carry each time.
TEST(Checksum, WideSumAgreesWithTheOracle) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes(8 + random() % 8 * 8);
    WideSum sum;
    for (size_t at = 0; at < bytes.size(); at += 8) {
      const uint64_t word = random() | (i % 2 ? random() | random() : 0);
      std::memcpy(&bytes[at], &word, sizeof word);
      sum.Add(word);
    }
    const uint16_t field = sum.NativeChecksum();
    ASSERT_EQ(__builtin_bswap16(field), SlowChecksum(bytes)) << i;
    sum.Add(field);
    EXPECT_TRUE(sum.IsMinusZero());
    sum.Add(uint64_t{1} << random() % 64);
    EXPECT_FALSE(sum.IsMinusZero());
  }
}

// Every carry that the longest datagram can have, at each number of words.
TEST(Checksum, LongestDatagramOfOnes) {
  const Bytes ones(65535, 0xff);
  ChecksumSum sum;
  for (size_t at = 0; at + 4 <= ones.size(); at += 4) {
    sum.Add32(0xffffffff);
    ASSERT_EQ(sum.Folded(), 0xffff) << at;
  }
  ChecksumSum whole;
  whole.Add32(0x00010001);
  whole.AddBytes(ones.data(), ones.size());
  Bytes all = {0, 1, 0, 1};
  all.insert(all.end(), ones.begin(), ones.end());
  EXPECT_EQ(whole.Checksum(), SlowChecksum(all));
}

TEST(Checksum, SumAddsInParts) {
  ChecksumSum sum;
  sum.Add32(0xfffeffff);
  sum.Add16(0x1234);
  const uint8_t odd[] = {0xab, 0xcd, 0xef};
  sum.AddBytes(odd, sizeof odd);
  const uint8_t all[] = {0xff, 0xfe, 0xff, 0xff, 0x12, 0x34, 0xab, 0xcd, 0xef};
  EXPECT_EQ(sum.Checksum(), SlowChecksum(all));
}

// A segment of random bytes with its checksum at offset 16, as TCP has it.
Bytes RandomSegment(std::mt19937_64& random) {
  Bytes bytes(24 + random() % 60);
  for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
  Set16(bytes, 16, 0);
  Set16(bytes, 16, SlowChecksum(bytes));
  return bytes;
}

// Offset of a 4-byte field that does not touch the checksum.
size_t RandomField(std::mt19937_64& random, size_t size) {
  const size_t at = random() % (size - 3);
  return at > 12 && at < 18 ? 18 : at;
}

uint32_t ReplaceField(Bytes& bytes, size_t at, uint32_t value) {
  const uint32_t before = Get32(bytes, at);
  Set16(bytes, at, value >> 16);
  Set16(bytes, at + 2, value & 0xffff);
  return before;
}

// Rule 17: the incremental update equals the recomputed checksum, at even and odd offsets.
TEST(Checksum, MillionUpdates) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 1000000; ++i) {
    Bytes bytes = RandomSegment(random);
    ChecksumUpdate update, later;
    for (int change = 0; change < 3; ++change) {
      const size_t at = RandomField(random, bytes.size());
      const auto value = static_cast<uint32_t>(random() % 8 == 0 ? 0xffffffff : random());
      const uint32_t before = ReplaceField(bytes, at, value);
      (change == 2 ? later : update).Replace32(before, value, at % 2 != 0);
    }
    update.Join(later);
    const uint16_t updated = update.Apply(static_cast<uint16_t>(Get16(bytes, 16)));
    Set16(bytes, 16, 0);
    ASSERT_EQ(updated, SlowChecksum(bytes)) << i;
  }
}

TEST(Checksum, ReplaceBytesIsReplace16) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 10000; ++i) {
    Bytes bytes = RandomSegment(random), address(16);
    for (uint8_t& byte : address) byte = static_cast<uint8_t>(random());
    ChecksumUpdate update;
    update.ReplaceBytes(bytes.data(), address.data(), address.size());
    std::copy(address.begin(), address.end(), bytes.begin());
    const uint16_t updated = update.Apply(static_cast<uint16_t>(Get16(bytes, 16)));
    Set16(bytes, 16, 0);
    ASSERT_EQ(updated, SlowChecksum(bytes)) << i;
  }
}

}  // namespace
}  // namespace synsplice::test
