#include "support/tcp_frame.h"

#include "support/bytes.h"

namespace synsplice::test {
namespace {

void PutEthernet(Bytes& to, const TcpFrame& frame) {
  PutBytes(to, frame.destination_mac.bytes);
  PutBytes(to, frame.source_mac.bytes);
  for (size_t i = 0; i < frame.tags.size(); ++i) {
    Put16(to, i + 1 < frame.tags.size() ? 0x88a8 : 0x8100);
    Put16(to, frame.tags[i]);
  }
  Put16(to, frame.v6() ? 0x86dd : 0x0800);
}

void PutIpv4(Bytes& to, const TcpFrame& frame, size_t length) {
  const size_t start = to.size();
  Put8(to, 0x45);
  Put8(to, frame.traffic_class);
  Put16(to, static_cast<unsigned>(20 + length));
  Put16(to, 0);
  Put16(to, 0x4000);
  Put8(to, frame.hop_limit);
  Put8(to, 6);
  Put16(to, 0);
  PutAddress(to, frame.source.address);
  PutAddress(to, frame.destination.address);
  Set16(to, start + 10, SlowChecksum(std::span(to).subspan(start, 20)));
}

void PutIpv6(Bytes& to, const TcpFrame& frame, size_t length) {
  Put32(to, 0x60000000u | uint32_t{frame.traffic_class} << 20 | frame.flow_label);
  Put16(to, static_cast<unsigned>(length));
  Put8(to, 6);
  Put8(to, frame.hop_limit);
  PutAddress(to, frame.source.address);
  PutAddress(to, frame.destination.address);
}

Bytes TcpBytes(const TcpFrame& frame) {
  const Bytes options = frame.raw_options.empty() ? WriteOptions(frame.options) : frame.raw_options;
  Bytes tcp;
  Put16(tcp, frame.source.port);
  Put16(tcp, frame.destination.port);
  Put32(tcp, frame.seq);
  Put32(tcp, frame.ack);
  Put8(tcp, static_cast<unsigned>((20 + options.size()) / 4 << 4));
  Put8(tcp, frame.flags);
  Put16(tcp, frame.window);
  Put32(tcp, 0);
  PutBytes(tcp, options);
  for (const char c : frame.payload) Put8(tcp, static_cast<uint8_t>(c));
  Set16(tcp, 16, SlowTransportChecksum(frame.source.address, frame.destination.address, 6, tcp));
  return tcp;
}

}  // namespace

uint16_t SlowChecksum(std::span<const uint8_t> bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); i += 2) {
    const uint32_t low = i + 1 < bytes.size() ? bytes[i + 1] : 0;
    sum += static_cast<uint32_t>(bytes[i]) << 8 | low;
    if (sum > 0xffff) sum = sum - 0x10000 + 1;
  }
  return static_cast<uint16_t>(~sum);
}

uint16_t SlowTransportChecksum(const Address& source, const Address& destination, uint8_t protocol,
                               std::span<const uint8_t> segment) {
  Bytes stream;
  PutAddress(stream, source);
  PutAddress(stream, destination);
  Put32(stream, static_cast<uint32_t>(segment.size()));
  Put32(stream, protocol);
  const size_t start = stream.size();
  PutBytes(stream, segment);
  const size_t field = start + (protocol == 6 ? 16 : 2);
  Set16(stream, field, 0);
  return SlowChecksum(stream);
}

Bytes WriteOptions(const Options& options) {
  Bytes bytes;
  if (options.mss != 0) Put16(bytes, 0x0204), Put16(bytes, options.mss);
  if (options.timestamps.has_value() != options.sack_permitted) Put16(bytes, 0x0101);
  if (options.sack_permitted) Put16(bytes, 0x0402);
  if (options.timestamps) {
    Put16(bytes, 0x080a);
    Put32(bytes, options.timestamps->first);
    Put32(bytes, options.timestamps->second);
  }
  if (options.scale) Put16(bytes, 0x0103), Put16(bytes, 0x0300u | *options.scale);
  if (!options.sack.empty()) {
    Put16(bytes, 0x0101);
    Put16(bytes, static_cast<unsigned>(0x0500 | (2 + 8 * options.sack.size())));
    for (const auto& [left, right] : options.sack) Put32(bytes, left), Put32(bytes, right);
  }
  return bytes;
}

Bytes TcpFrame::Build() const {
  const Bytes tcp = TcpBytes(*this);
  Bytes frame;
  PutEthernet(frame, *this);
  (v6() ? PutIpv6 : PutIpv4)(frame, *this, tcp.size());
  PutBytes(frame, tcp);
  return frame;
}

size_t IpOffset(const TcpFrame& frame) { return 14 + 4 * frame.tags.size(); }

size_t TcpOffset(const TcpFrame& frame) { return IpOffset(frame) + (frame.v6() ? 40 : 20); }

void RepairChecksums(const TcpFrame& description, Bytes& frame) {
  const size_t ip = IpOffset(description), tcp = TcpOffset(description);
  if (!description.v6()) {
    Set16(frame, ip + 10, 0);
    Set16(frame, ip + 10, SlowChecksum(std::span(frame).subspan(ip, 20)));
  }
  Set16(frame, tcp + 16,
        SlowTransportChecksum(description.source.address, description.destination.address, 6,
                              std::span(frame).subspan(tcp)));
}

}  // namespace synsplice::test
