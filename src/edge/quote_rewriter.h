// Edits an ICMP error and the segment that it quotes, and keeps all their checksums right.
#pragma once

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/icmp_quote.h"

namespace synsplice {

// Changes are written at once, checksums by Finish (RFC 1624): the message's own, its IP header's,
// the quoted IP header's and, where it is quoted, TCP's. What was wrong stays wrong.
class QuoteRewriter {
 public:
  QuoteRewriter(Packet& packet, const IcmpQuote& quote) : packet_(packet), quote_(quote) {}

  // Of the quoted segment; the acknowledgement only where the quote reaches it.
  void SetSeq(uint32_t seq);
  void ShiftAck(uint32_t delta);
  void SetSource(const Endpoint& endpoint);
  void SetDestination(const Endpoint& endpoint);
  // Of the message itself. `mtu` as "packet too big" tells it.
  void SetMtu(uint16_t mtu);
  void SetOuterSource(const Address& address);
  void SetOuterDestination(const Address& address);
  void SetDestinationMac(const Mac& mac);
  void SetSourceMac(const Mac& mac);
  void Finish();

 private:
  uint8_t* quoted_ip() { return packet_.data() + quote_.ip; }
  uint8_t* quoted_tcp() { return packet_.data() + quote_.tcp; }
  void Store16(uint8_t* field, uint16_t value);
  void StoreTcp32(uint8_t* field, uint32_t value);
  void SetQuotedEndpoint(const Endpoint& endpoint, size_t address_offset, size_t port_offset);
  void SetOuterAddress(const Address& address, size_t offset);

  Packet& packet_;
  const IcmpQuote& quote_;
  ChecksumUpdate ip_, icmp_, quoted_ip_, quoted_tcp_;
};

}  // namespace synsplice
