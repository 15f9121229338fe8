#include "quote_rewriter.h"

#include <cstring>

#include "synsplice/base/endian.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

constexpr size_t kIcmpChecksumOffset = 2, kIcmpMtuOffset = 6;

}  // namespace

// A field of the message: everything behind the outer IP header is in ICMP's sum.
void QuoteRewriter::Store16(uint8_t* field, uint16_t value) {
  icmp_.Replace16(LoadBe16(field), value);
  StoreBe16(field, value);
}

void QuoteRewriter::StoreTcp32(uint8_t* field, uint32_t value) {
  icmp_.Replace32(LoadBe32(field), value);
  quoted_tcp_.Replace32(LoadBe32(field), value);
  StoreBe32(field, value);
}

void QuoteRewriter::SetSeq(uint32_t seq) { StoreTcp32(quoted_tcp() + 4, seq); }

void QuoteRewriter::ShiftAck(uint32_t delta) {
  if (quote_.tcp_length < kQuoteWithAck) return;
  uint8_t* ack = quoted_tcp() + kTcpAckOffset;
  StoreTcp32(ack, LoadBe32(ack) + delta);
}

void QuoteRewriter::SetQuotedEndpoint(const Endpoint& endpoint, size_t address_offset,
                                      size_t port_offset) {
  const ChecksumUpdate change =
      ReplaceAddress(quoted_ip() + address_offset, endpoint.address, packet_.v6);
  icmp_.Join(change);
  quoted_ip_.Join(change);
  quoted_tcp_.Join(change);  // the pseudo-header holds the addresses
  uint8_t* port = quoted_tcp() + port_offset;
  quoted_tcp_.Replace16(LoadBe16(port), endpoint.port);
  Store16(port, endpoint.port);
}

void QuoteRewriter::SetSource(const Endpoint& endpoint) {
  SetQuotedEndpoint(endpoint, SourceOffset(packet_.v6), 0);
}

void QuoteRewriter::SetDestination(const Endpoint& endpoint) {
  SetQuotedEndpoint(endpoint, DestinationOffset(packet_.v6), 2);
}

// 32 bits of ICMPv6, the lower 16 of ICMP: the upper ones may be a length (RFC 4884 4.1).
void QuoteRewriter::SetMtu(uint16_t mtu) {
  if (packet_.v6) Store16(packet_.tcp() + kIcmpMtuOffset - 2, 0);
  Store16(packet_.tcp() + kIcmpMtuOffset, mtu);
}

void QuoteRewriter::SetOuterAddress(const Address& address, size_t offset) {
  const ChecksumUpdate change = ReplaceAddress(packet_.ip() + offset, address, packet_.v6);
  ip_.Join(change);
  if (packet_.v6) icmp_.Join(change);  // RFC 4443 2.3: a pseudo-header with ICMPv6 only
}

void QuoteRewriter::SetOuterSource(const Address& address) {
  SetOuterAddress(address, SourceOffset(packet_.v6));
}

void QuoteRewriter::SetOuterDestination(const Address& address) {
  SetOuterAddress(address, DestinationOffset(packet_.v6));
}

void QuoteRewriter::SetDestinationMac(const Mac& mac) {
  std::memcpy(packet_.data(), mac.bytes.data(), mac.bytes.size());
}

void QuoteRewriter::SetSourceMac(const Mac& mac) {
  std::memcpy(packet_.data() + 6, mac.bytes.data(), mac.bytes.size());
}

void QuoteRewriter::Finish() {
  if (quote_.tcp_length >= kQuoteWithChecksum) {
    uint8_t* field = quoted_tcp() + kTcpChecksumOffset;
    Store16(field, quoted_tcp_.Apply(LoadBe16(field)));
  }
  if (!packet_.v6) {
    uint8_t* quoted = quoted_ip() + kIpv4ChecksumOffset;
    Store16(quoted, quoted_ip_.Apply(LoadBe16(quoted)));
    uint8_t* outer = packet_.ip() + kIpv4ChecksumOffset;
    StoreBe16(outer, ip_.Apply(LoadBe16(outer)));
  }
  uint8_t* field = packet_.tcp() + kIcmpChecksumOffset;
  StoreBe16(field, icmp_.Apply(LoadBe16(field)));
}

}  // namespace synsplice
