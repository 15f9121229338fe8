#include "link.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint8_t kEct0 = 2, kCongestionExperienced = 3;

// Offset of the network header's EtherType.
size_t TypeOffset(const test::Bytes& bytes) {
  size_t at = 12;
  while (at < bytes.size() && (bytes[at] == 0x81 || bytes[at] == 0x88)) at += 4;
  return at;
}

// RFC 3168 5: of what is ECN-capable, a queue that grows marks what it would have dropped.
void Mark(Packet& packet) {
  const size_t ip = TypeOffset(packet.bytes) + 2;
  if (ip + 20 > packet.bytes.size()) return;
  uint8_t* header = packet.bytes.data() + ip;
  const bool v6 = header[0] >> 4 == 6;
  if ((header[1] >> (v6 ? 4 : 0) & 3) != kEct0) return;
  packet.origin.ecn = kCongestionExperienced;
  header[1] |= static_cast<uint8_t>(kCongestionExperienced << (v6 ? 4 : 0));
  if (v6) return;
  std::fill_n(header + 10, 2, 0);
  const uint16_t sum = test::SlowChecksum({header, 20});
  header[10] = static_cast<uint8_t>(sum >> 8);
  header[11] = static_cast<uint8_t>(sum);
}

// Behind the Ethernet header: what a cable damages the FCS tells, what a router's memory damages it
// does not. One changed byte can't keep a one's complement sum, so the receiver must notice.
void Corrupt(Random& random, Packet& packet) {
  const auto size = static_cast<uint32_t>(packet.bytes.size());
  const auto at = static_cast<uint32_t>(TypeOffset(packet.bytes));
  if (at + 2 >= size) return;
  if (packet.bytes[at + 1] == 0x06) return;  // ARP has no checksum
  if (packet.origin.damaged) return;         // two changes could make up for each other
  const uint32_t where = random.Between(at + 2, size - 1);
  // No sum covers the traffic class of IPv6: a mark of congestion could be anything.
  if (packet.bytes[at + 1] == 0xdd && where <= at + 3) return;
  packet.bytes[where] ^= static_cast<uint8_t>(random.Between(1, 255));
  packet.origin.damaged = true;
}

void Truncate(Random& random, Packet& packet) {
  packet.bytes.resize(random.Between(14, static_cast<uint32_t>(packet.bytes.size()) - 1));
  packet.origin.damaged = true;
}

}  // namespace

Fate Transmit(const LinkQuality& quality, Random& random, Packet& packet) {
  Fate fate;
  fate.delays[0] = fate.delays[1] = quality.delay;
  if (random.PerMille(quality.loss)) {
    fate.copies = 0;
    return fate;
  }
  if (random.PerMille(quality.duplication)) {
    fate.copies = 2;
    fate.delays[1] += random.Below(quality.lateness + 1);
  }
  if (random.PerMille(quality.reordering)) fate.delays[0] += random.Below(quality.lateness + 1);
  if (random.PerMille(quality.marking)) Mark(packet);
  if (random.PerMille(quality.corruption)) Corrupt(random, packet);
  if (random.PerMille(quality.truncation)) Truncate(random, packet);
  return fate;
}

}  // namespace synsplice::sim
