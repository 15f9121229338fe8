#include "replay/fix_checksums.h"

#include "synsplice/base/endian.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

void FixIpv4(const Packet& packet) {
  uint8_t* field = packet.ip() + kIpv4ChecksumOffset;
  StoreBe16(field, 0);
  ChecksumSum sum;
  sum.AddBytes(packet.ip(), size_t{4} * (packet.ip()[0] & 15));
  StoreBe16(field, sum.Checksum());
}

void FixTcp(const Packet& packet) {
  uint8_t* field = packet.tcp() + kTcpChecksumOffset;
  StoreBe16(field, 0);
  const uint32_t length = packet.end - packet.l4;
  ChecksumSum sum;
  AddPseudoHeader(sum, packet.source.address, packet.destination.address, kProtocolTcp, length);
  sum.AddBytes(packet.tcp(), length);
  StoreBe16(field, sum.Checksum());
}

}  // namespace

void FixChecksums(CapturedFrame& frame) {
  const auto length = static_cast<uint32_t>(frame.bytes.size());
  FrameBuffer buffer{frame.bytes.data(), length, length};
  const Packet packet = ParseFrame(buffer);
  if (packet.kind != Packet::Kind::kTcp || packet.IsFragment()) return;
  if (!packet.v6) FixIpv4(packet);
  FixTcp(packet);
}

}  // namespace synsplice
