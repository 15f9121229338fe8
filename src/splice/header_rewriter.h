// Edits the headers of one segment and keeps both checksums right (RFC 1624).
#pragma once

#include "synsplice/base/endian.h"
#include "synsplice/wire/checksum.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {

// Where the headers of a segment stand.
struct Headers {
  uint8_t* frame;
  uint8_t* ip;
  uint8_t* tcp;
  bool v6;
};

// Fields of fixed size. Changes are written at once, checksums by Finish. A wrong checksum stays
// wrong: data that was damaged on the way must not be blessed.
class FieldRewriter {
 public:
  explicit FieldRewriter(const Headers& at) : at_(at) {}

  void SetSeq(uint32_t seq) { Store32(4, seq); }
  void SetAck(uint32_t ack) { Store32(kTcpAckOffset, ack); }
  void SetWindow(uint16_t window) {
    uint8_t* field = at_.tcp + kTcpWindowOffset;
    tcp_.Replace16(LoadBe16(field), window);
    StoreBe16(field, window);
  }
  void SetSource(const Endpoint& endpoint) { SetEndpoint(endpoint, SourceOffset(at_.v6), 0); }
  void SetDestination(const Endpoint& endpoint) {
    SetEndpoint(endpoint, DestinationOffset(at_.v6), 2);
  }
  void SetSourceMac(const Mac& mac) {
    std::memcpy(at_.frame + mac.bytes.size(), mac.bytes.data(), mac.bytes.size());
  }
  void SetDestinationMac(const Mac& mac) {
    std::memcpy(at_.frame, mac.bytes.data(), mac.bytes.size());
  }
  // Adds to a 32-bit option field at `offset` from the TCP header; any alignment.
  void ShiftOptionWord(size_t offset, uint32_t delta) {
    Store32(offset, LoadBe32(at_.tcp + offset) + delta);
  }
  void Finish() {
    uint8_t* tcp = at_.tcp + kTcpChecksumOffset;
    StoreBe16(tcp, tcp_.Apply(LoadBe16(tcp)));
    if (at_.v6) return;
    uint8_t* ip = at_.ip + kIpv4ChecksumOffset;
    StoreBe16(ip, ip_.Apply(LoadBe16(ip)));
  }

 protected:
  void Store32(size_t offset, uint32_t value) {
    uint8_t* field = at_.tcp + offset;
    tcp_.Replace32(LoadBe32(field), value, offset % 2 != 0);
    StoreBe32(field, value);
  }
  void SetEndpoint(const Endpoint& endpoint, size_t address_offset, size_t port_offset);

  Headers at_;
  ChecksumUpdate tcp_;
  ChecksumUpdate ip_;
};

// The headers of a parsed segment, options and lengths too.
class HeaderRewriter : public FieldRewriter {
 public:
  explicit HeaderRewriter(Packet& packet)
      : FieldRewriter({packet.data(), packet.ip(), packet.tcp(), packet.v6}), packet_(packet) {}

  // Not-ECT (RFC 3168 5): the other end has not agreed to ECN.
  void ClearEcn();
  // Adds to both edges of every SACK block.
  void ShiftSack(uint32_t delta);
  // Overwrites an option with NOPs.
  void EraseOption(size_t offset, size_t length);
  // Puts timestamps in front of the options (RFC 7323 3.2); a fourth SACK block makes room. False:
  // the frame's memory or the header is too small.
  bool InsertTimestamps(uint32_t value, uint32_t echo);

 private:
  // The byte at `offset` of the segment changes.
  void CountByte(size_t offset, uint8_t from, uint8_t to);
  bool DropFourthSackBlock();
  void ChangeLength(int32_t by);

  Packet& packet_;
};

}  // namespace synsplice
