#include "synsplice/wire/compose.h"

#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "synsplice/state/outbox.h"

namespace synsplice::test {
namespace {

// What Compose must write for `segment` (rule 2: DF set, no other options).
TcpFrame Expected(const TcpFrame& addresses, const Segment& segment) {
  TcpFrame frame = addresses;
  frame.seq = segment.seq;
  frame.ack = segment.ack;
  frame.flags = segment.flags;
  frame.window = segment.window;
  frame.payload.clear();
  frame.options = {};
  frame.options.mss = segment.mss;
  frame.options.sack_permitted = segment.sack_permitted;
  if (segment.window_scale <= 14) frame.options.scale = segment.window_scale;
  if (segment.has_timestamps) {
    frame.options.timestamps = {segment.timestamps.value, segment.timestamps.echo};
  }
  return frame;
}

L2Header L2Of(const TcpFrame& addresses) {
  return L2Header::From(addresses.Build().data(), IpOffset(addresses));
}

Segment SegmentOf(const TcpFrame& addresses) {
  Segment segment;
  segment.source = addresses.source;
  segment.destination = addresses.destination;
  segment.seq = 0xfffffff0;
  segment.ack = 0xffffffff;
  segment.flags = kS | kA;
  segment.window = 5840;
  segment.timestamps = {0xffffffff, 7};
  return segment;
}

void ExpectComposed(const TcpFrame& addresses, const Segment& segment) {
  uint8_t memory[kMaxComposedLength + 8];
  memset(memory, 0xee, sizeof memory);
  const uint32_t length = Compose(memory, L2Of(addresses), segment);
  ASSERT_LE(length, kMaxComposedLength);
  const auto read = ReadTcpFrame(std::span(memory, length));
  ASSERT_TRUE(read);
  EXPECT_EQ(*read, Expected(addresses, segment));
  EXPECT_EQ(length, TcpOffset(addresses) + 20 + read->raw_options.size());
  if (!addresses.v6()) {
    EXPECT_EQ(memory[IpOffset(addresses) + 6], 0x40) << "DF, no fragment";
  }
  EXPECT_EQ(memory[length], 0xee);
}

TEST(Compose, EveryOptionCombination) {
  for (const bool v6 : {false, true}) {
    for (size_t tags = 0; tags <= 2; ++tags) {
      const TcpFrame addresses = ExampleFrame(v6, tags);
      for (int options = 0; options < 16; ++options) {
        Segment segment = SegmentOf(addresses);
        segment.mss = options & 1 ? 1460 : 0;
        segment.window_scale = options & 2 ? 14 : 15;
        segment.sack_permitted = options & 4;
        segment.has_timestamps = options & 8;
        SCOPED_TRACE(options);
        ExpectComposed(addresses, segment);
      }
    }
  }
}

TEST(Compose, LargestFitsTheOutbox) {
  const TcpFrame addresses = ExampleFrame(true, 2);
  Segment segment = SegmentOf(addresses);
  segment.mss = 8960;
  segment.window_scale = 0;
  segment.sack_permitted = segment.has_timestamps = true;
  ExpectComposed(addresses, segment);
}

// A SYN becomes its SYN-ACK in place.
TEST(Compose, OverTheAnsweredFrame) {
  const TcpFrame addresses = ExampleFrame(false, 1);
  Bytes memory = addresses.Build();
  memory.resize(memory.size() + 64);
  Segment segment = SegmentOf(addresses);
  const L2Header l2 = L2Header::From(memory.data(), IpOffset(addresses)).Swapped();
  std::swap(segment.source, segment.destination);
  TcpFrame swapped = addresses;
  std::swap(swapped.source, swapped.destination);
  std::swap(swapped.source_mac, swapped.destination_mac);
  const uint32_t length = Compose(memory.data(), l2, segment);
  EXPECT_EQ(ReadTcpFrame(std::span(memory).first(length)), Expected(swapped, segment));
}

}  // namespace
}  // namespace synsplice::test
