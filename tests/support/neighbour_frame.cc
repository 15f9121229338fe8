#include "support/neighbour_frame.h"

#include <algorithm>

#include "support/bytes.h"

namespace synsplice::test {
namespace {

using View = std::span<const uint8_t>;

Address MustParse(const char* text) { return *ParseAddress(text); }

Address SolicitedNodeGroup(const Address& target) {
  Address group = MustParse("ff02::1:ff00:0");
  std::copy_n(target.bytes.begin() + 13, 3, group.bytes.begin() + 13);
  return group;
}

void PutArp(Bytes& to, const NeighbourFrame& frame) {
  Put32(to, 0x00010800);
  Put16(to, 0x0604);
  Put16(to, frame.answer ? 2 : 1);
  PutBytes(to, frame.sender_mac.value_or(Mac{}).bytes);
  PutAddress(to, frame.sender);
  PutBytes(to, frame.answer ? frame.destination_mac.bytes : Mac{}.bytes);
  PutAddress(to, frame.asked);
}

// Solicitation: target `asked`, option source link-layer. Advertisement: target `sender`, option
// target link-layer.
Bytes DiscoveryBytes(const NeighbourFrame& frame) {
  Bytes message;
  Put16(message, frame.answer ? 0x8800 : 0x8700);
  Put16(message, 0);
  Put32(message, frame.answer ? 0x60000000 : 0);
  PutAddress(message, frame.answer ? frame.sender : frame.asked);
  if (frame.sender_mac) {
    Put16(message, frame.answer ? 0x0201 : 0x0101);
    PutBytes(message, frame.sender_mac->bytes);
  }
  return message;
}

void PutDiscovery(Bytes& to, const NeighbourFrame& frame) {
  Bytes message = DiscoveryBytes(frame);
  const Address destination = frame.answer ? frame.asked : SolicitedNodeGroup(frame.asked);
  Set16(message, 2, SlowTransportChecksum(frame.sender, destination, 58, message));
  Put32(to, 0x60000000);
  Put16(to, static_cast<unsigned>(message.size()));
  Put8(to, 58);
  Put8(to, frame.hop_limit);
  PutAddress(to, frame.sender);
  PutAddress(to, destination);
  PutBytes(to, message);
}

bool ReadArp(View arp, NeighbourFrame& result) {
  if (arp.size() < 28 || Get32(arp, 0) != 0x00010800 || Get16(arp, 4) != 0x0604) return false;
  const unsigned operation = Get16(arp, 6);
  if (operation != 1 && operation != 2) return false;
  result.answer = operation == 2;
  result.sender_mac.emplace();
  std::copy_n(arp.begin() + 8, 6, result.sender_mac->bytes.begin());
  result.sender = GetAddress(arp, 14, false);
  result.asked = GetAddress(arp, 24, false);
  return true;
}

bool ReadDiscovery(View ip, NeighbourFrame& result) {
  if (ip.size() < 64 || ip[6] != 58 || 40 + Get16(ip, 4) > ip.size()) return false;
  const View message = ip.subspan(40, Get16(ip, 4));
  const Address source = GetAddress(ip, 8, true), destination = GetAddress(ip, 24, true);
  if (Get16(message, 2) != SlowTransportChecksum(source, destination, 58, message)) return false;
  result.hop_limit = ip[7];
  result.answer = message[0] == 136;
  if (!result.answer && message[0] != 135) return false;
  const Address target = GetAddress(message, 8, true);
  result.sender = result.answer ? target : source;
  result.asked = result.answer ? destination : target;
  if (!result.answer && destination != SolicitedNodeGroup(target)) return false;
  if (message.size() >= 32) {
    if (message[24] != (result.answer ? 2 : 1) || message[25] != 1) return false;
    result.sender_mac.emplace();
    std::copy_n(message.begin() + 26, 6, result.sender_mac->bytes.begin());
  }
  return true;
}

}  // namespace

Bytes NeighbourFrame::Build() const {
  Bytes frame;
  PutBytes(frame, destination_mac.bytes);
  PutBytes(frame, source_mac.bytes);
  for (size_t i = 0; i < tags.size(); ++i) {
    Put16(frame, i + 1 < tags.size() ? 0x88a8 : 0x8100);
    Put16(frame, tags[i]);
  }
  Put16(frame, v6() ? 0x86dd : 0x0806);
  (v6() ? PutDiscovery : PutArp)(frame, *this);
  return frame;
}

std::optional<NeighbourFrame> ReadNeighbourFrame(std::span<const uint8_t> frame) {
  NeighbourFrame result;
  if (frame.size() < 42) return std::nullopt;
  std::copy_n(frame.begin(), 6, result.destination_mac.bytes.begin());
  std::copy_n(frame.begin() + 6, 6, result.source_mac.bytes.begin());
  size_t at = 12;
  while (Get16(frame, at) == 0x8100 || Get16(frame, at) == 0x88a8) {
    result.tags.push_back(static_cast<uint16_t>(Get16(frame, at + 2)));
    at += 4;
  }
  const unsigned type = Get16(frame, at);
  const bool read = (type == 0x0806 && ReadArp(frame.subspan(at + 2), result)) ||
                    (type == 0x86dd && ReadDiscovery(frame.subspan(at + 2), result));
  if (!read) return std::nullopt;
  return result;
}

}  // namespace synsplice::test
