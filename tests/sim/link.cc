#include "link.h"

namespace synsplice::sim {
namespace {

// Behind the Ethernet header: what a cable damages the FCS tells, what a router's memory damages it
// does not. One changed byte can't keep a one's complement sum, so the receiver must notice.
void Corrupt(Random& random, Packet& packet) {
  const auto size = static_cast<uint32_t>(packet.bytes.size());
  uint32_t at = 12;
  while (at < size && (packet.bytes[at] == 0x81 || packet.bytes[at] == 0x88)) at += 4;
  if (at + 2 >= size) return;
  if (packet.bytes[at + 1] == 0x06) return;  // ARP has no checksum
  packet.bytes[random.Between(at + 2, size - 1)] ^= static_cast<uint8_t>(random.Between(1, 255));
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
  if (random.PerMille(quality.corruption)) Corrupt(random, packet);
  if (random.PerMille(quality.truncation)) Truncate(random, packet);
  return fate;
}

}  // namespace synsplice::sim
