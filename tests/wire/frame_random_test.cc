// ParseFrame on frames with random damage: whatever it calls TCP must lie inside the frame.
#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "support/random.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

void ExpectTrustworthy(const Packet& packet) {
  ASSERT_LE(packet.end, packet.frame->length);
  if (packet.kind != Packet::Kind::kTcp) return;
  ASSERT_LT(packet.l3, packet.l4);
  ASSERT_LE(packet.l4 + 20u, packet.payload);
  ASSERT_LE(packet.payload, packet.end);
  const uint32_t header = packet.payload - packet.l4;
  if (packet.options.timestamps_offset) {
    ASSERT_LE(packet.options.timestamps_offset + 10u, header);
    ASSERT_EQ(packet.tcp()[packet.options.timestamps_offset], kOptionTimestamps);
  }
  if (packet.options.sack_offset) {
    ASSERT_LE(packet.options.sack_offset + packet.options.sack_length, header);
    ASSERT_EQ(packet.tcp()[packet.options.sack_offset], kOptionSack);
  }
  ASSERT_TRUE(packet.options.window_scale <= 15);
  (void)JudgeChecksums(packet);
}

Bytes RandomFrame(std::mt19937_64& random) {
  const TcpFrame frame = ExampleFrame(random() & 1, random() % 3);
  Bytes bytes = frame.Build();
  constexpr uint8_t kKinds[] = {0, 43, 44, 60};
  for (int i = static_cast<int>(random() % 3); frame.v6() && i > 0; --i) {
    Bytes header(8 * (1 + random() % 2));
    header[1] = static_cast<uint8_t>(header.size() / 8 - 1);
    InsertExtension(frame, bytes, kKinds[random() % 4], header);
  }
  for (int i = static_cast<int>(random() % 6); i > 0; --i) {
    bytes[12 + random() % (bytes.size() - 12)] = static_cast<uint8_t>(random());
  }
  if (random() % 4 == 0) bytes.resize(random() % bytes.size());
  return bytes;
}

TEST(FrameRandom, DamagedFrames) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  int tcp = 0;
  constexpr int kFrames = 200000;
  for (int i = 0; i < kFrames; ++i) {
    SCOPED_TRACE(i);
    const Parsed packet(RandomFrame(random));
    ExpectTrustworthy(*packet);
    if (HasFatalFailure()) return;
    tcp += packet->kind == Packet::Kind::kTcp;
  }
  // The damage must not be so thorough that nothing was tested.
  EXPECT_GT(tcp, kFrames / 20);
}

TEST(FrameRandom, Noise) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int i = 0; i < 100000; ++i) {
    Bytes bytes(random() % 128);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(random());
    if (bytes.size() > 14) bytes[12] = 0x86, bytes[13] = 0xdd, bytes[14] = 0x60;
    const Parsed packet(bytes);
    ExpectTrustworthy(*packet);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace synsplice::test
