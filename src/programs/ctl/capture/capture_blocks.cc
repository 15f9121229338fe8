#include "programs/ctl/capture/capture_blocks.h"

namespace synsplice {

bool CaptureBlocks::Add(std::string_view bytes) {
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  std::span<const uint8_t> left = rest_;
  bool goes_on = true;
  while (goes_on && left.size() >= PcapngSection::kHead) {
    const auto length = section_.LengthOf(left.first<PcapngSection::kHead>());
    if (!length) return false;
    if (left.size() < *length) break;
    goes_on = TakeBlock(left.first(*length));
    left = left.subspan(*length);
  }
  rest_.erase(rest_.begin(), rest_.end() - static_cast<std::ptrdiff_t>(left.size()));
  return goes_on;
}

bool CaptureBlocks::TakeBlock(std::span<const uint8_t> block) {
  CaptureRecord record;
  const PcapngSection::Outcome outcome = section_.Read(block, record);
  if (outcome == PcapngSection::Outcome::kBroken) return false;
  const bool has_frame = outcome == PcapngSection::Outcome::kRecord;
  frames_ += has_frame;
  return take_(block, has_frame ? &record : nullptr);
}

}  // namespace synsplice
