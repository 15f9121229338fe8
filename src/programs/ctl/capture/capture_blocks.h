// Cuts what a capture sends into the blocks of pcapng, and counts.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "io/pcap/pcapng_section.h"

namespace synsplice {

class CaptureBlocks {
 public:
  // Takes a whole block, and the frame in it if it has one; false: it wants no more.
  using Take = std::function<bool(std::span<const uint8_t> block, const CaptureRecord* frame)>;

  explicit CaptureBlocks(Take take) : take_(std::move(take)) {}

  // The next bytes; what is no whole block yet is kept. False: no more are wanted, or see error().
  bool Add(std::string_view bytes);

  // So far; those that got lost as the appliance tells it.
  uint64_t frames() const { return frames_; }
  uint64_t lost() const { return section_.lost(); }
  const PcapngSection& section() const { return section_; }
  const std::string& error() const { return section_.error(); }

 private:
  bool TakeBlock(std::span<const uint8_t> block);

  const Take take_;
  PcapngSection section_;
  std::vector<uint8_t> rest_;
  uint64_t frames_ = 0;
};

}  // namespace synsplice
