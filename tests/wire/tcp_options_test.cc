#include "synsplice/wire/tcp_options.h"

#include <gtest/gtest.h>

#include <optional>

#include "support/tcp_frame.h"

namespace synsplice::test {
namespace {

// Parses `bytes` (padded with NOPs to a multiple of four) behind a header of 20 bytes.
std::optional<TcpOptions> Parse(Bytes bytes) {
  while (bytes.size() % 4 != 0) bytes.push_back(1);
  Bytes tcp(20);
  tcp.insert(tcp.end(), bytes.begin(), bytes.end());
  TcpOptions options;
  if (!ParseOptions(tcp.data(), tcp.size(), options)) return std::nullopt;
  return options;
}

TEST(TcpOptions, LinuxSyn) {
  const auto options = Parse(WriteOptions({1460, 7, true, {{1, 0}}, {}}));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 1460);
  EXPECT_EQ(options->window_scale, 7);
  EXPECT_TRUE(options->sack_permitted);
  EXPECT_EQ(options->timestamps_offset, 20 + 6);
}

TEST(TcpOptions, WindowsSyn) {
  const auto options = Parse({2, 4, 5, 0xb4, 1, 3, 3, 8, 1, 1, 4, 2});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 1460);
  EXPECT_EQ(options->window_scale, 8);
  EXPECT_TRUE(options->sack_permitted);
  EXPECT_EQ(options->timestamps_offset, 0);
}

TEST(TcpOptions, NoneIsAbsent) {
  const auto options = Parse({});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 0);
  EXPECT_EQ(options->window_scale, 15);
  EXPECT_FALSE(options->sack_permitted);
  EXPECT_EQ(options->timestamps_offset, 0);
  EXPECT_EQ(options->sack_offset, 0);
}

// Rule 28.
TEST(TcpOptions, ScaleOver14Means14) {
  for (const uint8_t scale : {14, 15, 16, 255}) EXPECT_EQ(Parse({3, 3, scale})->window_scale, 14);
  EXPECT_EQ(Parse({3, 3, 0})->window_scale, 0);
}

// Rule 28: length 0 or 1, or past the header.
TEST(TcpOptions, BadLengths) {
  EXPECT_FALSE(Parse({8, 0, 0, 0}));
  EXPECT_FALSE(Parse({8, 1, 0, 0}));
  EXPECT_FALSE(Parse({1, 1, 1, 2}));
  EXPECT_FALSE(Parse({2, 5, 5, 0xb4}));
  EXPECT_FALSE(Parse({1, 1, 253, 3}));
  EXPECT_FALSE(Parse({99, 255, 0, 0}));
  EXPECT_FALSE(Parse({1, 1, 8, 10, 0, 0, 0, 0}));
}

TEST(TcpOptions, EndStopsTheWalk) {
  const auto options = Parse({0, 2, 0, 0, 8, 1, 3, 3});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 0);
}

TEST(TcpOptions, UnknownKindsAreSkipped) {
  const auto options = Parse({34, 2, 30, 4, 0, 0, 254, 2, 2, 4, 2, 24});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 536);
}

TEST(TcpOptions, KnownKindWithAnInventedLengthIsAbsent) {
  const auto options = Parse({2, 3, 5, 3, 4, 7, 0, 4, 3, 0, 8, 8, 0, 0, 0, 0, 0, 0});
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 0);
  EXPECT_EQ(options->window_scale, 15);
  EXPECT_FALSE(options->sack_permitted);
  EXPECT_EQ(options->timestamps_offset, 0);
}

// Rule 25: TCP-MD5 (RFC 2385) and TCP-AO (RFC 5925).
TEST(TcpOptions, Signatures) {
  Bytes md5{1, 1, 19, 18};
  md5.resize(20);
  EXPECT_TRUE(Parse(md5)->is_signed);
  EXPECT_TRUE(Parse({29, 4, 1, 1})->is_signed);
  EXPECT_TRUE(Parse({2, 4, 5, 0xb4, 29, 16, 1, 1, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9})->is_signed);
  EXPECT_FALSE(Parse({28, 4, 1, 1})->is_signed);
  EXPECT_FALSE(Parse({})->is_signed);
}

TEST(TcpOptions, TimestampsAtAnyOffset) {
  for (size_t nops = 0; nops < 6; ++nops) {
    Bytes bytes(nops, 1);
    const uint8_t timestamps[] = {8, 10, 1, 2, 3, 4, 5, 6, 7, 8};
    bytes.insert(bytes.end(), timestamps, timestamps + 10);
    EXPECT_EQ(Parse(bytes)->timestamps_offset, 20 + nops);
  }
}

TEST(TcpOptions, SackBlocks) {
  for (uint8_t blocks = 1; blocks <= 4; ++blocks) {
    Bytes bytes = {1, 1, 5, static_cast<uint8_t>(2 + 8 * blocks)};
    bytes.resize(4 + 8 * blocks);
    const auto options = Parse(bytes);
    ASSERT_TRUE(options);
    EXPECT_EQ(options->sack_offset, 22);
    EXPECT_EQ(options->sack_length, 2 + 8 * blocks);
  }
  EXPECT_EQ(Parse({5, 9, 0, 0, 0, 0, 0, 0, 0})->sack_offset, 0);
}

}  // namespace
}  // namespace synsplice::test
