#include "syn_shapes.h"

#include <algorithm>

#include "synsplice/wire/ethernet.h"
#include "synsplice/wire/ip.h"
#include "synsplice/wire/tcp_options.h"

namespace synsplice {
namespace {

void Free(SynShape& shape, size_t at, size_t length) {
  std::fill_n(shape.mask + at, length, uint8_t{0});
}

// What may differ: of the MACs all but the group bits, DSCP and ECN, identification and DF, hop
// limit, checksums, and the client's address.
void FreeAddresses(SynShape& shape) {
  const size_t ip = kEthernetLength;
  for (const size_t mac : {0, 6}) {
    shape.mask[mac] = 1;
    Free(shape, mac + 1, 5);
  }
  Free(shape, ip + SourceOffset(shape.v6), AddressLength(shape.v6));
  if (shape.v6) {
    shape.mask[ip] = 0xf0;
    Free(shape, ip + 1, 3);
    Free(shape, ip + 7, 1);
    return;
  }
  Free(shape, ip + 1, 1);
  Free(shape, ip + 4, 2);
  shape.mask[ip + 6] = 0x3f;
  Free(shape, ip + 8, 1);
  Free(shape, ip + kIpv4ChecksumOffset, 2);
}

// The client's port, the numbers, window, checksum and urgent pointer; the timestamps.
void FreeNumbers(SynShape& shape) {
  Free(shape, shape.tcp, 2);
  Free(shape, shape.tcp + 4u, 8);
  Free(shape, shape.tcp + kTcpWindowOffset, 6);
  if (shape.tsval != 0) Free(shape, shape.tsval, 8);
}

}  // namespace

void SynShapes::Remember(const FrameBuffer& frame, const SynShape& shape) {
  if (asked_++ % kOneOf != 0 || frame.length > kShapeLength) return;
  SynShape& place = shapes_[PlaceOf(frame)];
  place = shape;
  place.length = frame.length;
  lengths_ |= BitOf(frame.length);
  std::fill(std::begin(place.mask), std::end(place.mask), uint8_t{0});
  std::fill_n(place.mask, frame.length, uint8_t{0xff});
  FreeAddresses(place);
  FreeNumbers(place);
  for (size_t i = 0; i < kShapeLength; ++i) place.bytes[i] = frame.data[i] & place.mask[i];
}

}  // namespace synsplice
