// One frame, again and again with other numbers: its checksums follow (RFC 1624), so that millions
// of frames are made in no time. IPv4 without tags or IP options.
#pragma once

#include "support/bytes.h"
#include "support/tcp_frame.h"

namespace synsplice::test {

class FrameTemplate {
 public:
  explicit FrameTemplate(const TcpFrame& frame) : bytes_(frame.Build()) {}

  FrameTemplate& From(const Endpoint& client) { return SetEndpoint(kSource, kPorts, client); }
  FrameTemplate& To(const Endpoint& client) {
    return SetEndpoint(kDestination, kPorts + 2, client);
  }
  FrameTemplate& Seq(uint32_t value) { return SetTcp32(kSeq, value); }
  FrameTemplate& Ack(uint32_t value) { return SetTcp32(kAck, value); }

  const Bytes& bytes() const { return bytes_; }

  static uint32_t SeqOf(std::span<const uint8_t> frame) { return Get32(frame, kSeq); }

 private:
  static constexpr size_t kIpChecksum = 24, kSource = 26, kDestination = 30, kPorts = 34, kSeq = 38,
                          kAck = 42, kTcpChecksum = 50;

  void Correct(size_t checksum, uint32_t before, uint32_t after) {
    uint32_t sum = (~Get16(bytes_, checksum) & 0xffff) + (~before & 0xffff) + after;
    sum = (sum & 0xffff) + (sum >> 16);
    Set16(bytes_, checksum, ~(sum + (sum >> 16)) & 0xffff);
  }

  void Set(size_t at, uint32_t word, bool in_ip_header) {
    const uint32_t before = Get16(bytes_, at);
    if (in_ip_header) Correct(kIpChecksum, before, word);
    Correct(kTcpChecksum, before, word);
    Set16(bytes_, at, word);
  }

  FrameTemplate& SetTcp32(size_t at, uint32_t value) {
    Set(at, value >> 16, false);
    Set(at + 2, value & 0xffff, false);
    return *this;
  }

  FrameTemplate& SetEndpoint(size_t address, size_t port, const Endpoint& endpoint) {
    Set(address, Get16(endpoint.address.bytes, 12), true);
    Set(address + 2, Get16(endpoint.address.bytes, 14), true);
    Set(port, endpoint.port, false);
    return *this;
  }

  Bytes bytes_;
};

}  // namespace synsplice::test
