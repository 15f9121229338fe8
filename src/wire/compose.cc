#include "synsplice/wire/compose.h"

#include "synsplice/wire/checksum.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

// Writes big-endian words and sums them on the way: reading back what was just written in other
// widths would stall.
class SummingWriter {
 public:
  explicit SummingWriter(uint8_t* to) : to_(to) {}

  void Put(uint32_t word) {
    StoreBe32(to_, word);
    to_ += 4;
    sum_.Add32(word);
  }
  const uint8_t* end() const { return to_; }
  ChecksumSum& sum() { return sum_; }

 private:
  uint8_t* to_;
  ChecksumSum sum_;
};

// In the order that Linux uses; NOPs align.
void PutOptions(SummingWriter& writer, const Segment& segment) {
  if (segment.mss != 0) writer.Put(0x02040000u | segment.mss);
  if (segment.has_timestamps) {
    writer.Put(segment.sack_permitted ? 0x0402080au : 0x0101080au);
    writer.Put(segment.timestamps.value);
    writer.Put(segment.timestamps.echo);
  } else if (segment.sack_permitted) {
    writer.Put(0x01010402u);
  }
  if (segment.window_scale <= 14) writer.Put(0x01030300u | segment.window_scale);
}

uint32_t HeaderLength(const Segment& segment) {
  const bool sack_alone = segment.sack_permitted && !segment.has_timestamps;
  return static_cast<uint32_t>(kTcpMinLength) + (segment.mss != 0 ? 4 : 0) +
         (segment.has_timestamps ? 12 : 0) + (sack_alone ? 4 : 0) +
         (segment.window_scale <= 14 ? 4 : 0);
}

void PutHeader(SummingWriter& writer, const Segment& segment, uint32_t length) {
  writer.Put(uint32_t{segment.source.port} << 16 | segment.destination.port);
  writer.Put(segment.seq);
  writer.Put(segment.ack);
  writer.Put(length / 4 << 28 | uint32_t{segment.flags} << 16 | segment.window);
  writer.Put(0);  // checksum and urgent pointer
}

}  // namespace

uint32_t ComposeIp(uint8_t* ip, const Segment& segment) {
  const uint32_t length = HeaderLength(segment);
  uint8_t* tcp = ip + WriteIpHeader(ip, {segment.source.address, segment.destination.address,
                                         kProtocolTcp, length, segment.traits});
  SummingWriter writer(tcp);
  PutHeader(writer, segment, length);
  PutOptions(writer, segment);
  AddPseudoHeader(writer.sum(), segment.source.address, segment.destination.address, kProtocolTcp,
                  length);
  StoreBe16(tcp + kTcpChecksumOffset, writer.sum().Checksum());
  return static_cast<uint32_t>(writer.end() - ip);
}

}  // namespace synsplice
