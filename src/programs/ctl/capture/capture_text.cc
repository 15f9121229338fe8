#include "programs/ctl/capture/capture_text.h"

#include <fmt/format.h>

#include <vector>

#include "io/pcap/capture_comment.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

std::string TimeOfDay(const CaptureRecord& frame) {
  const int64_t second = frame.seconds % 86400;
  return fmt::format("{:02}:{:02}:{:02}.{:06}", second / 3600, second / 60 % 60, second % 60,
                     frame.nanoseconds / 1000);
}

// What the snapshot length has cut off is zeros.
std::string TextOf(const CaptureRecord& frame) {
  std::vector<uint8_t> bytes(frame.bytes.begin(), frame.bytes.end());
  const size_t cut = frame.length - std::min<size_t>(frame.length, bytes.size());
  bytes.resize(bytes.size() + cut);
  const std::string text = FrameText(bytes, false);
  return cut == 0 ? text : fmt::format("{} [{} bytes cut]", text, cut);
}

}  // namespace

std::string CaptureLine(const CaptureRecord& frame, const std::string& port) {
  std::string_view comment = frame.comment;
  if (comment.starts_with(kCommentOfOurs)) comment.remove_prefix(kCommentOfOurs.size());
  return fmt::format("{} {:<7} {}; {}\n", TimeOfDay(frame), port, comment, TextOf(frame));
}

}  // namespace synsplice
