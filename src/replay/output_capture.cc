#include "replay/output_capture.h"

namespace synsplice {

std::variant<OutputCapture, std::string> OutputCapture::Create(
    const std::vector<std::string>& paths) {
  OutputCapture capture;
  for (const std::string& path : paths) {
    auto created = OutputFile::Create(path);
    if (const auto* error = std::get_if<std::string>(&created)) return *error;
    capture.files_.push_back(std::get<OutputFile>(std::move(created)));
    AppendSection(capture.block_);
    capture.Flush(capture.files_.size() - 1);
  }
  for (const Side side : {Side::kOutside, Side::kInside}) {
    const auto index = static_cast<uint32_t>(side);
    const bool apart = paths.size() > 1;
    const Target target = apart ? Target{index, 0} : Target{0, index};
    capture.targets_[index] = target;
    AppendInterface(capture.block_, Name(side));
    capture.Flush(target.file);
  }
  return capture;
}

void OutputCapture::OnJudged(const JudgedFrame& judged) {
  const Verdict::Kind kind = judged.verdict.kind;
  if (kind == Verdict::Kind::kForward) Write(Other(judged.side), judged.time, judged.output);
  if (kind == Verdict::Kind::kBounce) Write(judged.side, judged.time, judged.output);
}

void OutputCapture::OnMade(const MadeFrame& made) { Write(made.to, made.time, made.bytes); }

std::string OutputCapture::Commit() {
  for (OutputFile& file : files_) {
    if (const std::string error = file.Commit(); !error.empty()) return error;
  }
  return {};
}

void OutputCapture::Write(Side to, CaptureTime time, std::span<const uint8_t> bytes) {
  const Target target = targets_[static_cast<size_t>(to)];
  AppendFrame(block_, {.interface = target.interface, .time = time, .bytes = bytes});
  Flush(target.file);
}

// Whether writing succeeds is asked at the end.
void OutputCapture::Flush(size_t file) {
  std::fwrite(block_.data(), 1, block_.size(), files_[file].stream());
  block_.clear();
}

}  // namespace synsplice
