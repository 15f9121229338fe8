// ParseFrame on a copy that ends where the frame ends, so that sanitizers see every byte too many.
#pragma once

#include <algorithm>
#include <memory>

#include "support/tcp_frame.h"
#include "synsplice/wire/frame.h"

namespace synsplice::test {

inline std::span<const uint8_t> Prefix(const Bytes& bytes, size_t length) {
  return std::span(bytes).first(length);
}

class Parsed {
 public:
  explicit Parsed(std::span<const uint8_t> bytes)
      : memory_(std::make_unique<uint8_t[]>(bytes.size())) {
    std::copy(bytes.begin(), bytes.end(), memory_.get());
    const auto length = static_cast<uint32_t>(bytes.size());
    frame_ = {memory_.get(), length, length};
    packet_ = ParseFrame(frame_);
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  const Packet* operator->() const { return &packet_; }
  const Packet& operator*() const { return packet_; }

 private:
  std::unique_ptr<uint8_t[]> memory_;
  FrameBuffer frame_;
  Packet packet_;
};

}  // namespace synsplice::test
