// Rule 2: the short way of writing a SYN-ACK says what the general writer says.
#include "synsplice/wire/syn_ack.h"

#include <gtest/gtest.h>

#include "support/random.h"
#include "synsplice/wire/compose.h"

namespace synsplice {
namespace {

struct Pair {
  Segment segment;  // for the general writer
  Offer options, promise;
};

Pair RandomPair(std::mt19937_64& random, bool v6) {
  const auto word = [&random] { return static_cast<uint32_t>(random()); };
  const auto some = [&](uint8_t first) {
    uint8_t bytes[16] = {first};
    for (size_t i = 1; i < AddressLength(v6); ++i) bytes[i] = static_cast<uint8_t>(word());
    return Address::FromWire(bytes, v6);
  };
  Pair pair;
  Offer& options = pair.options;
  options.timestamps = word() % 2, options.sack = word() % 2, options.ecn = word() % 2;
  options.window_scale = word() % 2 ? kNoScale : word() % 15;
  pair.promise.mss = static_cast<uint16_t>(word() | 1);
  pair.promise.window_scale = word() % 15;
  pair.promise.ecn = word() % 2;
  Segment& segment = pair.segment;
  segment.source = {some(0x20), static_cast<uint16_t>(word())};
  segment.destination = {some(0x24), static_cast<uint16_t>(word())};
  segment.seq = word(), segment.ack = word();
  segment.flags = kSyn | kAck | (options.ecn && pair.promise.ecn ? kEce : 0);
  segment.window = static_cast<uint16_t>(word());
  segment.mss = pair.promise.mss;
  if (options.window_scale != kNoScale) segment.window_scale = pair.promise.window_scale;
  segment.sack_permitted = options.sack;
  segment.has_timestamps = options.timestamps;
  if (options.timestamps) segment.timestamps = {word(), word()};
  segment.traits.hop_limit = word() % 2 ? 64 : 255;
  segment.traits.flow_label = v6 ? word() & 0xfffff : 0;
  return pair;
}

TEST(WriteSynAck, WritesWhatComposeWrites) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20000; ++round) {
    const auto [segment, options, promise] = RandomPair(random, round % 2);
    uint8_t expected[128], written[128];
    const uint32_t length = ComposeIp(expected, segment);
    const SynAckImage image(segment.source, promise, options, segment.window,
                            segment.timestamps.value);
    const SynAck answer{segment.destination.address,
                        segment.destination.port,
                        segment.seq,
                        segment.ack,
                        __builtin_bswap32(segment.timestamps.echo),
                        segment.traits.flow_label,
                        segment.traits.hop_limit};
    ASSERT_EQ(WriteSynAck(written, image, answer), length);
    ASSERT_EQ(std::memcmp(written, expected, length), 0) << round;
  }
}

}  // namespace
}  // namespace synsplice
