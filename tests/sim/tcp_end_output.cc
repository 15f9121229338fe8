#include <algorithm>

#include "support/bytes.h"
#include "support/tcp_frame.h"
#include "tcp_end.h"
#include "world.h"

namespace synsplice::sim {
namespace {

// The same options, in places that few stacks choose (RFC 9293 3.1 lets them).
test::Bytes OddOptions(const test::Options& options) {
  test::Bytes bytes;
  test::Put8(bytes, 1);
  if (options.timestamps) {
    test::Put16(bytes, 0x080a);
    test::Put32(bytes, options.timestamps->first);
    test::Put32(bytes, options.timestamps->second);
  }
  if (!options.sack.empty()) {
    test::Put8(bytes, 5);
    test::Put8(bytes, static_cast<unsigned>(2 + 8 * options.sack.size()));
  }
  for (const auto& [left, right] : options.sack) {
    test::Put32(bytes, left);
    test::Put32(bytes, right);
  }
  bytes.resize((bytes.size() + 3) / 4 * 4);
  return bytes;
}

}  // namespace

using test::kA;
using test::kC;
using test::kE;
using test::kF;
using test::kP;
using test::kR;
using test::kS;
using test::TcpFrame;

// The promise never steps back: what rounding by the scale takes away is added again.
uint16_t TcpEnd::WindowField() {
  const uint32_t unread = arrived() - rcv_read;
  uint32_t free = (stack.buffer > unread ? stack.buffer - unread : 0) >> rcv_shift << rcv_shift;
  const auto offered = static_cast<uint32_t>(std::max(SeqDiff(rcv_right, rcv_nxt), 0));
  // RFC 9293 3.8.6.2.2: no silly windows.
  if (free < offered + std::min<uint32_t>(stack.buffer / 2, stack.mss)) free = offered;
  const uint32_t unit = 1u << rcv_shift;
  uint32_t field = free >> rcv_shift;
  if (field << rcv_shift < offered) field = (offered + unit - 1) >> rcv_shift;
  field = std::min(field, 65535u);
  const uint32_t right = rcv_nxt + (field << rcv_shift);
  if (SeqDiff(right, rcv_right) > 0) rcv_right = right;
  return static_cast<uint16_t>(field);
}

TcpFrame TcpEnd::Segment(uint8_t flags, uint32_t seq) {
  TcpFrame segment;
  segment.seq = seq;
  segment.flags = flags;
  if (flags & kA) segment.ack = rcv_nxt;
  if (flags & kR) return segment;
  segment.window = WindowField();
  if (echoes_marks_) segment.flags |= kE;
  if (!timestamps) return segment;
  last_tsval = tsval();
  segment.options.timestamps = {last_tsval, flags & kA ? ts_recent : 0};
  return segment;
}

void TcpEnd::Emit(TcpFrame& segment) {
  if (segment.flags & kA) ack_pending_ = false;
  const test::Options& options = segment.options;
  const bool has_options = options.timestamps || !options.sack.empty();
  if (stack.odd_options && has_options && !(segment.flags & kS)) {
    segment.raw_options = OddOptions(options);
  }
  Origin origin;
  origin.maker = client ? Origin::Maker::kClient : Origin::Maker::kServer;
  origin.connection = belated ? kNoConnection : connection.id;
  origin.flags = segment.flags;
  origin.length = static_cast<uint32_t>(segment.payload.size());
  origin.order = ++order;
  origin.ecn = segment.traffic_class & 3;
  world.SendFrom(*this, segment, origin);
}

void TcpEnd::SendSyn() {
  const bool active = state == State::kSynSent;
  TcpFrame syn;
  syn.seq = iss;
  syn.flags = active ? kS : kS | kA;
  if (!active) syn.ack = rcv_nxt;
  // A SYN that comes again does without: ECN may be why it was lost (RFC 3168 6.1.1.1).
  if (active && stack.ecn && order == 0) syn.flags |= kE | kC;
  if (!active && ecn) syn.flags |= kE;
  // The window of a SYN is never scaled (RFC 7323 2.2).
  syn.window = static_cast<uint16_t>(std::min(stack.buffer, 65535u));
  if (!active && SeqDiff(rcv_nxt + syn.window, rcv_right) > 0) rcv_right = rcv_nxt + syn.window;
  syn.options.mss = told_mss = world.MssOf(*this);
  if (stack.scale && (active || scaled)) syn.options.scale = stack.scale;
  syn.options.sack_permitted = active ? stack.sack : sack;
  if (active ? stack.timestamps : timestamps) {
    last_tsval = tsval();
    if (order == 0) first_tsval = last_tsval;
    syn.options.timestamps = {last_tsval, active ? 0 : ts_recent};
  }
  Emit(syn);
}

void TcpEnd::SendAck() {
  // A window probe may have gone beyond the peer's window, where no ACK is acceptable.
  const bool beyond = SeqDiff(snd_max, snd_right) > 0 && SeqDiff(snd_right, snd_una) >= 0;
  TcpFrame segment = Segment(kA, beyond ? snd_right : snd_max);
  if (sack) {
    const size_t limit = timestamps ? 3 : 4;
    for (const auto& range : out_of_order.list()) {
      if (segment.options.sack.size() == limit) break;
      segment.options.sack.push_back(range);
    }
  }
  Emit(segment);
}

void TcpEnd::SendReset(uint32_t seq) {
  TcpFrame segment = Segment(kR | kA, seq);
  world.NoteResetSent(*this);
  Emit(segment);
}

// A keepalive or window probe: one byte before what the peer expects (RFC 9293 3.8.4), or, for a
// closed window, the next byte itself (3.8.6.1).
void TcpEnd::SendProbe() {
  const bool window_probe = HasUnsent() && snd_una == snd_nxt;
  const uint32_t position = snd_una - 1 - iss - 1;
  if (!stack.probes_with_byte || (!window_probe && position >= written)) {
    TcpFrame segment = Segment(kA, snd_una - 1);
    return Emit(segment);
  }
  if (window_probe && SeqDiff(stream_end(), snd_nxt) > 0) {
    SendData(snd_nxt, 1);
    return;
  }
  TcpFrame segment = Segment(kA, snd_una - 1);
  segment.payload.push_back(static_cast<char>(StreamByte(connection.id, client, position)));
  Emit(segment);
}

void TcpEnd::SendData(uint32_t seq, uint32_t length) {
  TcpFrame segment = Segment(length != 0 ? kP | kA : kA, seq);
  segment.payload.resize(length);
  // RFC 3168 6.1.5: what is sent again is not ECN-capable, nor is a probe beyond the window
  // (6.1.6).
  if (ecn && length != 0 && seq == snd_max && SeqDiff(snd_right, seq) > 0) {
    constexpr uint8_t kEct0 = 2;
    segment.traffic_class = kEct0;
    if (tells_reduction_) segment.flags |= kC;
    tells_reduction_ = false;
  }
  for (uint32_t i = 0; i < length; ++i) {
    segment.payload[i] = static_cast<char>(StreamByte(connection.id, client, seq - iss - 1 + i));
  }
  uint32_t end = seq + length;
  // The FIN takes a place in the window too.
  if (closing && end == stream_end() && SeqDiff(snd_right, end) > 0) {
    segment.flags |= kF;
    closed_second |= !fin_sent && fin_received;
    if (!fin_sent) forgets_at_ = world.now() + script.patience;
    fin_sent = true;
    ++end;
  }
  if (SeqDiff(end, snd_nxt) > 0) snd_nxt = end;
  if (SeqDiff(end, snd_max) > 0) snd_max = end;
  if (retransmit_at_ == INT64_MAX) ArmRetransmission();
  Emit(segment);
}

uint32_t TcpEnd::SendLimit() const {
  const uint32_t congestion = snd_una + window_segments_ * peer_mss;
  return SeqDiff(snd_right, congestion) < 0 ? snd_right : congestion;
}

// Payload of the segment at snd_nxt, at most up to `limit`.
uint32_t TcpEnd::Payload(uint32_t limit) const {
  const uint32_t headers = world.scenario().v6 ? 60 : 40;
  uint32_t length = std::min<uint32_t>(peer_mss, path_mtu_ - headers) - (timestamps ? 12u : 0u);
  length = std::min(length, static_cast<uint32_t>(std::max(SeqDiff(limit, snd_nxt), 0)));
  return std::min(length, static_cast<uint32_t>(std::max(SeqDiff(stream_end(), snd_nxt), 0)));
}

void TcpEnd::Output() {
  const uint32_t limit = SendLimit();
  while (HasUnsent()) {
    for (const auto& [left, right] : sacked.list()) {
      if (SeqDiff(left, snd_nxt) <= 0 && SeqDiff(right, snd_nxt) > 0) snd_nxt = right;
    }
    if (!HasUnsent()) break;
    const uint32_t length = Payload(limit);
    const bool fin_only = closing && snd_nxt == stream_end() && SeqDiff(limit, snd_nxt) > 0;
    if (length == 0 && !fin_only) break;
    // RFC 9293 3.8.6.2.1: no silly segments while an ACK is to come.
    if (length < std::min(Payload(stream_end()), max_window / 2) && snd_una != snd_nxt) break;
    SendData(snd_nxt, length);
  }
  const bool stuck = HasUnsent() && snd_una == snd_nxt && SeqDiff(snd_right, snd_nxt) <= 0;
  if (!stuck) {
    probe_at_ = INT64_MAX;
  } else if (probe_at_ == INT64_MAX) {
    probe_at_ = world.now() + rto_;
  }
  if (ack_pending_) SendAck();
}

void TcpEnd::Retransmit() {
  if (state != State::kOpen) return SendSyn();
  snd_nxt = snd_una;
  window_segments_ = 1;
  sacked.Clear();
  const uint32_t before = order;
  Output();
  // A window that has shut meanwhile must not silence us: one byte goes (RFC 9293 3.8.6.1).
  if (order == before) SendProbe();
}

}  // namespace synsplice::sim
