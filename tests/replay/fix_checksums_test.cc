#include "replay/fix_checksums.h"

#include <gmock/gmock.h>

#include "support/example_frames.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

using test::Bytes;

CapturedFrame Captured(const Bytes& bytes) {
  CapturedFrame frame;
  frame.bytes = bytes;
  return frame;
}

TEST(FixChecksums, MakesBothRight) {
  for (const bool v6 : {false, true}) {
    for (const int tags : {0, 2}) {
      const Bytes good = test::ExampleFrame(v6, tags).Build();
      CapturedFrame frame = Captured(good);
      const Packet packet = ParsedFrame(frame.bytes).packet;
      frame.bytes[packet.l4 + 16u] ^= 0x55;
      if (!v6) frame.bytes[packet.l3 + 10u] ^= 0x55;
      EXPECT_NE(JudgeChecksums(ParsedFrame(frame.bytes).packet), Reason::kNone);
      FixChecksums(frame);
      EXPECT_EQ(frame.bytes, good);
    }
  }
}

TEST(FixChecksums, LeavesEverythingElse) {
  Bytes fragment = test::ExampleFrame(false, 0).Build();
  fragment[20] = 0x20;  // more fragments
  for (const Bytes& bytes : {fragment, Bytes{1, 2, 3}, Bytes(60, 0)}) {
    CapturedFrame frame = Captured(bytes);
    FixChecksums(frame);
    EXPECT_EQ(frame.bytes, bytes);
  }
}

}  // namespace
}  // namespace synsplice
