// Any bytes as a frame: the parser stays inside them, what it says is consistent, and where the
// tests' own reader understands the frame both say the same.
#include <algorithm>
#include <cstdint>
#include <memory>

#include "support/bytes.h"
#include "support/tcp_frame.h"
#include "synsplice/base/check.h"
#include "synsplice/wire/frame.h"
#include "synsplice/wire/icmp_quote.h"
#include "synsplice/wire/neighbour_message.h"

namespace synsplice {
namespace {

void CheckTcp(const Packet& packet) {
  SYNSPLICE_CHECK(packet.l3 < packet.l4 && packet.l4 + 20u <= packet.payload);
  SYNSPLICE_CHECK(packet.payload <= packet.end && packet.end <= packet.frame->length);
  SYNSPLICE_CHECK(packet.reason == Reason::kNone && packet.protocol == 6);
  SYNSPLICE_CHECK(packet.source.address.IsV4() != packet.v6);
  SYNSPLICE_CHECK(packet.destination.address.IsV4() != packet.v6);
  const TcpOptions& options = packet.options;
  SYNSPLICE_CHECK(packet.l4 + options.timestamps_offset + 10u <= packet.payload);
  SYNSPLICE_CHECK(options.timestamps_offset == 0 || options.timestamps_offset >= 20);
  SYNSPLICE_CHECK(packet.l4 + options.sack_offset + uint32_t{options.sack_length} <=
                  packet.payload);
  SYNSPLICE_CHECK(options.window_scale <= 15);
}

// The reader that the tests share is stricter: what it accepts, the parser must.
void Compare(const Packet& packet, const test::TcpFrame& frame) {
  SYNSPLICE_CHECK(packet.kind == Packet::Kind::kTcp);
  SYNSPLICE_CHECK(packet.source == frame.source && packet.destination == frame.destination);
  SYNSPLICE_CHECK(packet.seq == frame.seq && packet.ack == frame.ack);
  SYNSPLICE_CHECK(packet.flags == frame.flags && packet.window == frame.window);
  SYNSPLICE_CHECK(packet.payload_length() == frame.payload.size());
  SYNSPLICE_CHECK(packet.tags == frame.tags.size());
  SYNSPLICE_CHECK(packet.options.mss == frame.options.mss);
  SYNSPLICE_CHECK(packet.options.sack_permitted == frame.options.sack_permitted);
  SYNSPLICE_CHECK((packet.options.timestamps_offset != 0) == frame.options.timestamps.has_value());
  SYNSPLICE_CHECK((packet.options.window_scale == 15) == !frame.options.scale.has_value());
  SYNSPLICE_CHECK(JudgeChecksums(packet) == Reason::kNone);
}

// Neither an IPv4 fragment nor IPv4 in the clothes of IPv6, and no more tags than are judged: those
// the shared reader does not know.
bool IsComparable(const Packet& packet, const test::TcpFrame& frame) {
  if (packet.reason == Reason::kTooManyTags) return false;
  if (frame.v6() != packet.v6 || frame.destination.address.IsV4() == packet.v6) return false;
  return packet.v6 || (test::Get16(packet.frame->bytes(), packet.l3 + size_t{6}) & 0x3fff) == 0;
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  // Memory of its own: reading past it is found.
  std::unique_ptr<uint8_t[]> memory(new uint8_t[size]);
  std::copy_n(data, size, memory.get());
  FrameBuffer buffer{memory.get(), static_cast<uint32_t>(size), static_cast<uint32_t>(size)};
  const Packet packet = ParseFrame(buffer);
  SYNSPLICE_CHECK((packet.kind == Packet::Kind::kBroken) ? packet.reason != Reason::kNone : true);
  if (packet.kind == Packet::Kind::kTcp) {
    CheckTcp(packet);
    (void)JudgeChecksums(packet);
  }
  if (packet.kind == Packet::Kind::kIcmp) (void)ParseIcmpQuote(packet);
  (void)ParseNeighbourMessage(packet);
  const auto frame = test::ReadTcpFrame({data, size});
  if (frame && IsComparable(packet, *frame)) Compare(packet, *frame);
  return 0;
}
