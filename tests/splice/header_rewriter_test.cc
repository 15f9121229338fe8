// Random edits against a frame that was built with the new values (rule 17).
#include "splice/header_rewriter.h"

#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

// A frame with room behind it, parsed.
class Edited {
 public:
  explicit Edited(const TcpFrame& frame) : memory_(frame.Build()) {
    const auto length = static_cast<uint32_t>(memory_.size());
    memory_.resize(length + 12);
    buffer_ = {memory_.data(), length, length + 12};
    packet_ = ParseFrame(buffer_);
  }
  Packet& packet() { return packet_; }
  std::optional<TcpFrame> Read() const { return ReadTcpFrame(buffer_.bytes()); }

 private:
  Bytes memory_;
  FrameBuffer buffer_;
  Packet packet_;
};

TEST(HeaderRewriter, RandomEdits) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  const auto word = [&random] { return static_cast<uint32_t>(random()); };
  for (int i = 0; i < 20000; ++i) {
    TcpFrame frame = ExampleFrame(random() & 1, random() % 3);
    frame.payload.assign(random() % 30, 'x');
    if (random() % 2) frame.options.timestamps.reset();
    frame.options.sack.resize(random() % 3, {word(), word()});
    Edited edited(frame);
    HeaderRewriter rewriter(edited.packet());
    const uint32_t delta = word();
    rewriter.SetSeq(frame.seq = word());
    rewriter.SetAck(frame.ack = word());
    rewriter.SetWindow(frame.window = static_cast<uint16_t>(word()));
    if (random() % 2) rewriter.SetSource(frame.source = ExampleFrame(frame.v6(), 0).destination);
    if (random() % 2) rewriter.SetDestination(frame.destination = frame.source);
    if (random() % 2) rewriter.SetSourceMac(frame.source_mac = *ParseMac("02:11:12:13:14:15"));
    if (random() % 2) rewriter.SetDestinationMac(frame.destination_mac = frame.source_mac);
    if (!frame.options.sack.empty()) rewriter.ShiftSack(delta);
    for (auto& [left, right] : frame.options.sack) left += delta, right += delta;
    if (frame.options.timestamps) {
      rewriter.ShiftOptionWord(edited.packet().options.timestamps_offset + 6u, delta);
      frame.options.timestamps->second += delta;
    }
    rewriter.Finish();
    ASSERT_EQ(edited.Read(), frame) << i;
  }
}

TEST(HeaderRewriter, InsertTimestamps) {
  for (const bool v6 : {false, true}) {
    for (size_t blocks = 0; blocks <= 4; ++blocks) {
      TcpFrame frame = ExampleFrame(v6, 1);
      frame.options.timestamps.reset();
      frame.options.sack.resize(blocks, {3, 7});
      Edited edited(frame);
      HeaderRewriter rewriter(edited.packet());
      ASSERT_TRUE(rewriter.InsertTimestamps(0xffffffff, 9));
      rewriter.Finish();
      frame.options.timestamps = {0xffffffff, 9};
      frame.options.sack.resize(std::min<size_t>(blocks, 3));
      EXPECT_EQ(edited.Read(), frame) << blocks;
    }
  }
}

TEST(HeaderRewriter, EraseLeavesNops) {
  for (const uint8_t shift : {0, 1}) {
    TcpFrame frame = ExampleFrame(false, 0);
    const Bytes options = WriteOptions(frame.options);
    frame.raw_options.assign(options.begin() + shift, options.end());
    if (shift) frame.raw_options.push_back(1);
    Edited edited(frame);
    HeaderRewriter rewriter(edited.packet());
    rewriter.EraseOption(edited.packet().options.sack_offset, edited.packet().options.sack_length);
    rewriter.Finish();
    frame.options.sack.clear();
    EXPECT_EQ(edited.Read(), frame);
  }
}

TEST(HeaderRewriter, WrongChecksumStaysWrong) {
  TcpFrame frame = ExampleFrame(false, 0);
  Edited edited(frame);
  edited.packet().data()[TcpOffset(frame) + 16] ^= 1;
  HeaderRewriter rewriter(edited.packet());
  rewriter.SetSeq(1);
  rewriter.Finish();
  EXPECT_EQ(edited.Read(), std::nullopt);
}

}  // namespace
}  // namespace synsplice::test
