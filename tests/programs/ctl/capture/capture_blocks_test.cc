#include "programs/ctl/capture/capture_blocks.h"

#include <gmock/gmock.h>

#include "io/pcap/pcapng_encoder.h"
#include "programs/ctl/capture/capture_text.h"
#include "support/example_frames.h"

namespace synsplice {
namespace {

constexpr CaptureTime kMoment{std::chrono::milliseconds(1'700'000'000'123)};

std::string ExampleCapture() {
  std::string text;
  AppendSection(text);
  AppendInterface(text, "outside");
  AppendInterface(text, "inside");
  test::TcpFrame frame = test::ExampleFrame(false, 0);
  frame.options = {};
  frame.flags = test::kA;
  const test::Bytes bytes = frame.Build();
  PcapngFrame captured{.interface = 0, .time = kMoment, .bytes = bytes};
  captured.comment = "synsplice before: dropped: cookie_wrong";
  AppendFrame(text, captured);
  captured.bytes = std::span(bytes).first(54);
  captured.length = static_cast<uint32_t>(bytes.size());
  AppendFrame(text, captured);
  AppendStatistics(text, {0, kMoment, 2, 3});
  return text;
}

TEST(CaptureBlocks, CutsPiecesIntoWholeBlocks) {
  const std::string capture = ExampleCapture();
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{100}, capture.size()}) {
    std::string written;
    CaptureBlocks blocks([&](std::span<const uint8_t> block, const CaptureRecord*) {
      written.append(reinterpret_cast<const char*>(block.data()), block.size());
      return true;
    });
    for (size_t at = 0; at < capture.size(); at += piece) {
      EXPECT_TRUE(blocks.Add(std::string_view(capture).substr(at, piece)));
    }
    EXPECT_EQ(written, capture);
    EXPECT_EQ(blocks.frames(), 2u);
    EXPECT_EQ(blocks.lost(), 3u);
  }
}

TEST(CaptureBlocks, HalfABlockIsNone) {
  const std::string capture = ExampleCapture();
  size_t taken = 0;
  CaptureBlocks blocks([&](std::span<const uint8_t> block, const CaptureRecord*) {
    taken += block.size();
    return true;
  });
  EXPECT_TRUE(blocks.Add(std::string_view(capture).substr(0, capture.size() - 1)));
  EXPECT_LT(taken, capture.size() - 1);
  EXPECT_EQ(taken % 4, 0u);
}

TEST(CaptureBlocks, EndsWhenItIsEnoughOrBroken) {
  CaptureBlocks enough([](auto, const CaptureRecord* frame) { return frame == nullptr; });
  EXPECT_FALSE(enough.Add(ExampleCapture()));
  EXPECT_EQ(enough.frames(), 1u);
  CaptureBlocks broken([](auto, const CaptureRecord*) { return true; });
  EXPECT_FALSE(broken.Add(std::string(12, 'x')));
  EXPECT_NE(broken.error(), "");
}

TEST(CaptureText, SaysWhatBecameOfAFrame) {
  std::string lines;
  CaptureBlocks blocks([&](auto, const CaptureRecord* frame) {
    if (frame != nullptr) lines += CaptureLine(*frame, "outside");
    return true;
  });
  blocks.Add(ExampleCapture());
  const std::string heading = "22:13:20.123000 outside before: dropped: cookie_wrong; ";
  const std::string frame =
      "198.18.0.12:40000 > 198.18.0.10:80 . seq 4294967295 ack 4294967280 win 65244 len 3";
  EXPECT_EQ(lines,
            heading + frame + "\n" + heading + frame + " [bad_tcp_checksum] [3 bytes cut]\n");
}

}  // namespace
}  // namespace synsplice
