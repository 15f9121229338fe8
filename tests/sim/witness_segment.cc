// What a single segment may look like to the end that gets it.

#include <algorithm>
#include <utility>

#include "witness.h"
#include "world.h"

namespace synsplice::sim {

using test::kA;
using test::kC;
using test::kE;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;
using Maker = Origin::Maker;

namespace {

// A position in `end`'s own numbers becomes the peer's: both count from their first byte.
uint32_t PeersNumber(const TcpEnd& end, uint32_t seq) { return seq - end.iss + end.peer()->irs; }

uint32_t LengthOf(const TcpFrame& segment) {
  return static_cast<uint32_t>(segment.payload.size()) + ((segment.flags & kF) != 0);
}

}  // namespace

void Witness::OnSegment(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  if (origin.maker == Maker::kAttacker || (segment.flags & kR)) return;
  if (!end.connection.IsHonest()) return;
  const bool own = IsOwn(end, segment, origin);
  if (end.state == TcpEnd::State::kSynSent) {
    if ((segment.flags & (kS | kA)) != (kS | kA)) return;
    if (segment.ack == end.iss + 1) return CheckSynAck(end, segment);
    // Exempt: a SYN of the port's earlier connection, still under way, or of a flood in its name.
    const bool first = origin.maker == Maker::kProxy && !end.connection.reuses_port &&
                       !world_.scenario().flood.from_clients;
    if (first) Fail(end, "a SYN-ACK for a SYN that it has not sent");
    return;
  }
  // Of an earlier connection of the same port, still under way.
  if (!own || (segment.flags & kS)) return;
  if (!(segment.flags & kA)) return Fail(end, "a segment without ACK");
  if (origin.maker == Maker::kProxy && segment.ack == end.iss)
    return Fail(end, "its SYN is not acknowledged");
  if (SeqDiff(segment.ack, end.iss + 1) < 0 || SeqDiff(segment.seq, end.irs) < 0) return;
  // Exempt: what the flow of the port's earlier connection translated, and a cable kept (rule 20).
  const bool stale = SeqDiff(segment.ack, end.snd_max) > 0 && end.connection.reuses_port;
  if (stale && !end.client && !world_.scenario().IsOrderly()) return;
  CheckNumbers(end, segment, origin);
  CheckTimestamps(end, segment, origin);
  CheckSack(end, segment);
  CheckEcn(end, segment, origin);
  CheckWindow(end, segment, origin);
  if (origin.IsEnd()) CheckBytes(end, segment);
}

void Witness::CheckSynAck(TcpEnd& end, const TcpFrame& segment) {
  const test::Options& options = segment.options;
  const Stack& stack = end.stack;
  if (options.scale && !stack.scale) Fail(end, "a window scale that it has not offered");
  if (options.sack_permitted && !stack.sack) Fail(end, "SACK that it has not offered");
  if (options.timestamps && !stack.timestamps) Fail(end, "timestamps that it has not offered");
  if (options.timestamps && options.timestamps->second != end.last_tsval &&
      options.timestamps->second != end.first_tsval) {
    // SYNs sent again may cross: any TSval between is one of ours.
    if (SeqDiff(options.timestamps->second, end.last_tsval) > 0) Fail(end, "a wrong TSecr");
  }
  if (options.mss == 0) Fail(end, "a SYN-ACK without MSS");
  CheckMssTold(end, options.mss);
  if ((segment.flags & kC) || ((segment.flags & kE) && !stack.ecn)) {
    Fail(end, "ECN that it has not offered");
  }
}

void Witness::OnSynAtServer(Connection* connection, const TcpFrame& syn) {
  if (world_.scenario().SomePass()) return;  // anybody's own
  if (!connection) return world_.Fail("a server gets a SYN that no client has sent");
  if (!connection->IsHonest()) return;
  const TcpEnd& client = *connection->client_end;
  if (!connection->handshake_done) Fail(client, "its server is asked before it has answered");
  const Stack& stack = client.stack;
  const uint8_t ecn = syn.flags & (kE | kC);
  if ((syn.flags ^ ecn) != kS || syn.ack != 0) Fail(client, "an odd SYN to the server");
  const bool again = std::exchange(connection->asked, true);
  const bool passed_on = ecn == (kE | kC);
  if (ecn != 0 && !(passed_on && stack.ecn)) Fail(client, "ECN is asked for in its name");
  if (client.ecn && !passed_on && !again && world_.scenario().IsLossless()) {
    Fail(client, "its ECN is not asked for");
  }
  if (syn.options.mss == 0 || syn.options.mss > stack.mss) Fail(client, "MSS above its own");
  if (syn.options.scale.has_value() != client.scaled) Fail(client, "scale is not as negotiated");
  if (syn.options.scale && *syn.options.scale > *stack.scale) Fail(client, "scale above its own");
  if (syn.options.sack_permitted != client.sack) Fail(client, "SACK is not as negotiated");
  if (syn.options.timestamps.has_value() != client.timestamps) {
    Fail(client, "timestamps are not as negotiated");
  }
  if (syn.options.timestamps && syn.options.timestamps->second != 0) Fail(client, "a SYN's TSecr");
  if (syn.window > client.rcv_right - client.irs) Fail(client, "a window above its own");
}

void Witness::CheckNumbers(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  if (SeqDiff(segment.ack, end.snd_max) > 0) return Fail(end, "an ACK of what it has not sent");
  const TcpEnd* peer = end.peer();
  // Exempt: challenge ACKs (rule 19) say what was tracked, which a damaged segment may have moved.
  const bool moved = origin.maker == Maker::kProxy && end.connection.damage_passed;
  if (peer && !moved && SeqDiff(PeersNumber(end, segment.ack), peer->rcv_nxt) > 0) {
    return Fail(end, "an ACK of what the peer has not got");
  }
  const uint32_t last = segment.seq + LengthOf(segment);
  // A window probe may be one byte beyond. Exempt: a window below the promised scale's unit, which
  // is rounded up to it.
  const uint32_t unit = peer ? 1u << std::max(end.rcv_shift, peer->snd_shift) : 1;
  if (SeqDiff(last, end.rcv_right + unit) > 0 && !end.client &&
      SeqDiff(last, end.irs + 1 + end.connection.client_end->initial_right -
                        end.connection.client_end->iss) <= 0) {
    return;  // exempt: data of the hold (rule 9) may exceed the server's window
  }
  // Exempt: a server that has restarted and met an old copy of the SYN has other numbers than those
  // that were spliced (rule 12).
  const bool reborn = !peer && origin.maker == Maker::kServer;
  if (!moved && !reborn && SeqDiff(last, end.rcv_right + unit) > 0) {
    return Fail(end, "data beyond its window");
  }
  if (origin.maker == Maker::kProxy && LengthOf(segment) != 0) Fail(end, "data of the proxy");
  if (segment.payload.size() > end.stack.mss) Fail(end, "a segment above its MSS");
}

void Witness::CheckBytes(TcpEnd& end, const TcpFrame& segment) {
  const TcpEnd* peer = end.peer();
  if (!peer || LengthOf(segment) == 0) return;
  const int32_t first = SeqDiff(segment.seq, end.irs + 1);
  const auto size = static_cast<int32_t>(segment.payload.size());
  for (int32_t i = std::max(0, -first); i < size; ++i) {
    const auto position = static_cast<uint32_t>(first + i);
    if (static_cast<uint8_t>(segment.payload[static_cast<size_t>(i)]) !=
        TcpEnd::StreamByte(end.connection.id, !end.client, position)) {
      return Fail(end, "a wrong byte");
    }
  }
  const auto written = static_cast<int32_t>(peer->written);
  if (first + size > written) return Fail(end, "bytes that nobody has written");
  if ((segment.flags & kF) && (first + size != written || !peer->closing)) {
    Fail(end, "a FIN that is not at the end");
  }
}

void Witness::CheckWindow(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  const uint32_t right = segment.ack + (uint32_t{segment.window} << end.snd_shift);
  const TcpEnd* peer = end.peer();
  // Exempt: rounding by a scale that is not the peer's own.
  const uint32_t unit = 1u << std::max(end.snd_shift, peer ? peer->rcv_shift : end.snd_shift);
  // Exempt: as in CheckNumbers.
  const bool moved = origin.maker == Maker::kProxy && end.connection.damage_passed;
  if (peer && !moved) {
    const uint32_t promised = peer->rcv_right - peer->irs + end.iss;
    if (SeqDiff(right, promised + unit - 1) > 0) Fail(end, "a window that the peer has not opened");
  }
  if (!origin.IsEnd()) return;
  if (origin.order > end.newest_order) {
    end.newest_order = origin.order;
    if (end.heard && SeqDiff(right + unit, end.highest_right) <= 0) {
      Fail(end, "a window that has shrunk");
    }
  }
  if (!end.heard || SeqDiff(right, end.highest_right) > 0) end.highest_right = right;
  end.heard = true;
}

void Witness::CheckTimestamps(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  const auto& timestamps = segment.options.timestamps;
  if (!end.timestamps) {
    if (timestamps) Fail(end, "timestamps that were not negotiated");
    return;
  }
  if (!timestamps) {
    // Exempt: challenge ACKs carry no options (rule 19).
    if (origin.IsEnd()) Fail(end, "a segment without timestamps");
    return;
  }
  if (SeqDiff(timestamps->second, end.last_tsval) > 0 ||
      SeqDiff(timestamps->second, end.first_tsval) < 0) {
    Fail(end, "a TSecr that it has never sent");
  }
}

// Marks pass unaltered between ends that have both agreed; nobody else sees any (RFC 3168).
void Witness::CheckEcn(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  if (origin.damaged) return;  // IPv6 has no checksum over it
  const uint8_t mark = segment.traffic_class & 3;
  if (!end.ecn && (mark != 0 || (segment.flags & (kE | kC)))) {
    return Fail(end, "ECN that was not negotiated");
  }
  const TcpEnd* peer = end.peer();
  const bool agreed = end.ecn && peer && peer->ecn;
  if (origin.IsEnd() && agreed && mark != origin.ecn) Fail(end, "a mark was lost");
}

void Witness::CheckSack(TcpEnd& end, const TcpFrame& segment) {
  if (segment.options.sack.empty()) return;
  if (!end.sack) return Fail(end, "SACK blocks that were not negotiated");
  for (const auto& [left, right] : segment.options.sack) {
    if (SeqDiff(left, right) >= 0 || SeqDiff(right, end.snd_max) > 0) {
      return Fail(end, "a SACK block of what it has not sent");
    }
    const TcpEnd* peer = end.peer();
    if (!peer) continue;
    const uint32_t first = PeersNumber(end, left), last = PeersNumber(end, right);
    if (SeqDiff(last, peer->rcv_nxt) > 0 && !peer->out_of_order.Contains(first, last)) {
      const bool partly = SeqDiff(first, peer->rcv_nxt) < 0;
      if (!partly) return Fail(end, "a SACK block of what the peer has not got");
    }
  }
}

}  // namespace synsplice::sim
