#include "synsplice/wire/compose.h"

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// All options are written as aligned 32-bit words, in the order Linux uses.
uint8_t* WriteOptions(uint8_t* to, const Segment& segment) {
  const auto word = [&to](uint32_t value) {
    StoreBe32(to, value);
    to += 4;
  };
  if (segment.mss != 0) word(0x02040000u | segment.mss);
  if (segment.has_timestamps) {
    word(segment.sack_permitted ? 0x0402080au : 0x0101080au);
    word(segment.timestamps.value);
    word(segment.timestamps.echo);
  } else if (segment.sack_permitted) {
    word(0x01010402u);
  }
  if (segment.window_scale <= 14) word(0x01030300u | segment.window_scale);
  return to;
}

uint32_t OptionsLength(const Segment& segment) {
  const bool sack_alone = segment.sack_permitted && !segment.has_timestamps;
  return (segment.mss != 0 ? 4 : 0) + (segment.has_timestamps ? 12 : 0) + (sack_alone ? 4 : 0) +
         (segment.window_scale <= 14 ? 4 : 0);
}

void WriteTcp(uint8_t* tcp, const Segment& segment, uint32_t length) {
  StoreBe16(tcp, segment.source.port);
  StoreBe16(tcp + 2, segment.destination.port);
  StoreBe32(tcp + 4, segment.seq);
  StoreBe32(tcp + kTcpAckOffset, segment.ack);
  StoreBe16(tcp + 12, static_cast<uint16_t>(length / 4 << 12 | segment.flags));
  StoreBe16(tcp + kTcpWindowOffset, segment.window);
  StoreBe32(tcp + kTcpChecksumOffset, 0);  // checksum and urgent pointer
  WriteOptions(tcp + kTcpMinLength, segment);
}

}  // namespace

uint32_t Compose(uint8_t* to, const Segment& segment) {
  const bool v6 = !segment.source.address.IsV4();
  const uint32_t tcp_length = static_cast<uint32_t>(kTcpMinLength) + OptionsLength(segment);
  std::memcpy(to, segment.l2.bytes.data(), segment.l2.length);
  uint8_t* ip = to + segment.l2.length;
  uint8_t* tcp = ip + WriteIpHeader(ip, segment.source.address, segment.destination.address,
                                    kProtocolTcp, tcp_length);
  WriteTcp(tcp, segment, tcp_length);
  ChecksumSum sum;
  AddPseudoHeader(sum, ip + SourceOffset(v6), ip + DestinationOffset(v6), v6, kProtocolTcp,
                  tcp_length);
  sum.AddBytes(tcp, tcp_length);
  StoreBe16(tcp + kTcpChecksumOffset, sum.Checksum());
  return static_cast<uint32_t>(tcp - to) + tcp_length;
}

}  // namespace synsplice
