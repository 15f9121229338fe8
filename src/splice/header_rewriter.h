// Edits the headers of one parsed segment and keeps both checksums right (RFC 1624).
#pragma once

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

// Changes are written at once, checksums by Finish. A wrong checksum stays wrong: data that was
// damaged on the way must not be blessed.
class HeaderRewriter {
 public:
  explicit HeaderRewriter(Packet& packet) : packet_(packet) {}

  void SetSeq(uint32_t seq);
  void SetAck(uint32_t ack);
  void SetWindow(uint16_t window);
  void SetSource(const Endpoint& endpoint);
  void SetDestination(const Endpoint& endpoint);
  void SetSourceMac(const Mac& mac);
  void SetDestinationMac(const Mac& mac);
  // Not-ECT (RFC 3168 5): the other end has not agreed to ECN.
  void ClearEcn();
  // Adds to a 32-bit option field at `offset` from the TCP header; any alignment.
  void ShiftOptionWord(size_t offset, uint32_t delta);
  // Adds to both edges of every SACK block.
  void ShiftSack(uint32_t delta);
  // Overwrites an option with NOPs.
  void EraseOption(size_t offset, size_t length);
  // Puts timestamps in front of the options (RFC 7323 3.2); a fourth SACK block makes room. False:
  // the frame's memory or the header is too small.
  bool InsertTimestamps(uint32_t value, uint32_t echo);
  void Finish();

 private:
  void Store32(size_t offset, uint32_t value);
  void SetEndpoint(const Endpoint& endpoint, size_t address_offset, size_t port_offset);
  // The byte at `offset` of the segment changes.
  void CountByte(size_t offset, uint8_t from, uint8_t to);
  bool DropFourthSackBlock();
  void ChangeLength(int32_t by);

  Packet& packet_;
  ChecksumUpdate tcp_;
  ChecksumUpdate ip_;
};

}  // namespace synsplice
