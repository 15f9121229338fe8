#include <algorithm>

#include "tcp_end.h"
#include "world.h"

namespace synsplice::sim {

using test::kA;
using test::kC;
using test::kE;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;

namespace {

constexpr uint32_t kInitialCongestionWindow = 10;  // segments (RFC 6928)
constexpr int64_t kChallengeInterval = 500;        // milliseconds (RFC 5961 7)

uint32_t LengthOf(const TcpFrame& segment) {
  return static_cast<uint32_t>(segment.payload.size()) + ((segment.flags & kF) != 0) +
         ((segment.flags & kS) != 0);
}

}  // namespace

// A server that answers with SYN cookies of its own keeps nothing but the MSS.
bool TcpEnd::KeepsOptions() const {
  return client || world.now() >= world.scenario().servers[connection.server_index].cookies_until;
}

void TcpEnd::TakeOptions(const TcpFrame& syn) {
  const auto& options = syn.options;
  const bool keeps = KeepsOptions();
  if (options.mss != 0) peer_mss = options.mss;
  scaled = keeps && stack.scale && options.scale;
  snd_shift = scaled ? std::min<uint8_t>(*options.scale, 14) : 0;
  rcv_shift = scaled ? *stack.scale : 0;
  sack = keeps && stack.sack && options.sack_permitted;
  timestamps = keeps && stack.timestamps && options.timestamps;
  // RFC 3168 6.1.1
  const uint8_t agreed = client ? kE : kE | kC;
  reduced_at_ = iss;
  ecn = keeps && stack.ecn && (syn.flags & (kE | kC)) == agreed;
  if (timestamps) ts_recent = options.timestamps->first;
}

// RFC 9293 3.10.7.3
void TcpEnd::OnSynSent(const TcpFrame& segment) {
  const bool acks = segment.flags & kA;
  if (acks && segment.ack != iss + 1) {
    if (!(segment.flags & kR)) SendReset(segment.ack);
    return;
  }
  if (segment.flags & kR) {
    if (acks) Finish(Outcome::kRefused);
    return;
  }
  if (acks && (segment.flags & kS)) OnSynAck(segment);
}

void TcpEnd::OnSynAck(const TcpFrame& segment) {
  irs = segment.seq;
  rcv_nxt = rcv_right = segment.seq + 1;
  TakeOptions(segment);
  snd_una = iss + 1;
  snd_wl1 = segment.seq;
  snd_wl2 = segment.ack;
  snd_right = initial_right = snd_una + segment.window;
  max_window = segment.window;
  state = State::kOpen;
  connection.handshake_done = true;
  retransmit_at_ = INT64_MAX;
  retries_ = 0;
  rto_ = stack.rto;
  keepalive_at_ = world.now() + stack.keepalive;
  ack_pending_ = true;
  RunApplication();
  if (state == State::kOpen) Output();
}

void TcpEnd::OnSegment(const TcpFrame& segment, const Origin& origin) {
  if (state == State::kClosed) return;
  if (state == State::kSynSent) return OnSynSent(segment);
  if (state == State::kSynReceived && (segment.flags & kS) && segment.seq == irs) return SendSyn();
  // As Linux does, whether it has timestamps or not (RFC 6191 2).
  if (state == State::kTimeWait && (segment.flags & kS)) return Challenge();
  switch (JudgeTimestamps(segment, origin)) {
    case Verdict::kIgnore:
      return;
    case Verdict::kAnswer:
      return SendAck();
    case Verdict::kTake:
      break;
  }
  if (segment.flags & kR) {
    if (OnReset(segment, origin)) {
      Finish(state == State::kTimeWait ? Outcome::kDone : Outcome::kReset);
    }
    return;
  }
  // RFC 5961 4.2
  if (segment.flags & kS) return Challenge();
  if (JudgeSequence(segment) != Verdict::kTake) return Challenge();
  if (!(segment.flags & kA)) return;
  if (!TakeAck(segment)) return;
  TakeMarks(segment);
  if (state == State::kTimeWait) {
    if (segment.flags & kF) SendAck();
    return;
  }
  TakeData(segment);
  if (fin_received && fin_sent && snd_una == snd_max && SeqDiff(snd_una, stream_end()) > 0) {
    OnBothClosed();
    if (state == State::kClosed) return;
  }
  if (state == State::kTimeWait) {
    if (ack_pending_) SendAck();
    return;
  }
  RunApplication();
  if (state == State::kOpen) Output();
}

// RFC 9293 3.10.7.4, first step. A probe of one byte at a closed window is outside and answered.
TcpEnd::Verdict TcpEnd::JudgeSequence(const TcpFrame& segment) const {
  const uint32_t length = LengthOf(segment);
  const uint32_t window = rcv_right - rcv_nxt;
  const int32_t first = SeqDiff(segment.seq, rcv_nxt);
  const int32_t last = SeqDiff(segment.seq + length - 1, rcv_nxt);
  const auto inside = [window](int32_t at) {
    return at >= 0 && static_cast<uint32_t>(at) < window;
  };
  if (length == 0) return first == 0 || inside(first) ? Verdict::kTake : Verdict::kAnswer;
  return inside(first) || inside(last) || (first < 0 && last >= 0) ? Verdict::kTake
                                                                   : Verdict::kAnswer;
}

// PAWS (RFC 7323 5.3), and what to echo (4.3).
TcpEnd::Verdict TcpEnd::JudgeTimestamps(const TcpFrame& segment, const Origin& origin) {
  if (!timestamps || (segment.flags & kR)) return Verdict::kTake;
  if (!segment.options.timestamps) {
    return stack.strict_timestamps ? Verdict::kIgnore : Verdict::kTake;
  }
  const uint32_t value = segment.options.timestamps->first;
  if (SeqDiff(value, ts_recent) < 0) {
    world.OnPawsRejection(*this, segment, origin);
    return Verdict::kAnswer;
  }
  const bool covers_expected = SeqDiff(segment.seq, rcv_nxt) <= 0;
  if (covers_expected && JudgeSequence(segment) == Verdict::kTake) ts_recent = value;
  return Verdict::kTake;
}

// RFC 5961 3.2: true when the connection is reset.
bool TcpEnd::OnReset(const TcpFrame& segment, const Origin& origin) {
  if (segment.seq == rcv_nxt) {
    world.OnResetTaken(*this, origin);
    return true;
  }
  const int32_t ahead = SeqDiff(segment.seq, rcv_nxt);
  if (ahead > 0 && SeqDiff(segment.seq, rcv_right) < 0) Challenge();
  return false;
}

void TcpEnd::Challenge() {
  if (world.now() - challenged_at_ < kChallengeInterval) return;
  challenged_at_ = world.now();
  SendAck();
}

// False: the rest of the segment is not looked at (RFC 5961 5.2).
bool TcpEnd::TakeAck(const TcpFrame& segment) {
  const uint32_t ack = segment.ack;
  if (SeqDiff(ack, snd_max) > 0 || SeqDiff(ack, snd_una - max_window) < 0) {
    Challenge();
    return false;
  }
  if (state == State::kSynReceived) {
    if (ack != iss + 1) {
      SendReset(ack);
      return false;
    }
    state = State::kOpen;
    snd_wl1 = segment.seq - 1;
    rto_ = stack.rto;
    world.OnAccepted(*this);
  }
  retries_ = keepalives_ = 0;
  keepalive_at_ = world.now() + stack.keepalive;
  TakeSack(segment);
  if (SeqDiff(ack, snd_una) > 0) {
    OnNewAck(ack);
  } else if (ack == snd_una && snd_una != snd_max && LengthOf(segment) == 0) {
    OnDuplicateAck(segment);
  }
  TakeWindow(segment);
  return true;
}

void TcpEnd::OnNewAck(uint32_t ack) {
  snd_una = ack;
  if (SeqDiff(snd_nxt, ack) < 0) snd_nxt = ack;
  sacked.TakeUpTo(ack);
  duplicate_acks_ = 0;
  rto_ = stack.rto;
  retransmit_at_ = snd_una == snd_max ? INT64_MAX : world.now() + rto_;
  window_segments_ = std::min(window_segments_ + 1, kInitialCongestionWindow);
}

// RFC 5681 3.2, fast retransmit of one segment.
void TcpEnd::OnDuplicateAck(const TcpFrame& segment) {
  const uint32_t right = segment.ack + (uint32_t{segment.window} << snd_shift);
  if (right != snd_right || ++duplicate_acks_ != 3 || SeqDiff(snd_nxt, snd_una) <= 0) return;
  const uint32_t resume = snd_nxt;
  snd_nxt = snd_una;
  const uint32_t length = Payload(sacked.empty() ? snd_max : sacked.list().front().first);
  SendData(snd_una, length);
  snd_nxt = resume;
}

void TcpEnd::TakeSack(const TcpFrame& segment) {
  if (!sack) return;
  for (const auto& [left, right] : segment.options.sack) {
    if (SeqDiff(left, snd_una) < 0 || SeqDiff(right, snd_max) > 0) continue;
    if (SeqDiff(left, right) < 0) sacked.Add(left, right);
  }
}

void TcpEnd::TakeWindow(const TcpFrame& segment) {
  const int32_t newer = SeqDiff(segment.seq, snd_wl1);
  if (newer < 0 || (newer == 0 && SeqDiff(segment.ack, snd_wl2) < 0)) return;
  snd_wl1 = segment.seq;
  snd_wl2 = segment.ack;
  const uint32_t window = uint32_t{segment.window} << snd_shift;
  snd_right = segment.ack + window;
  max_window = std::max(max_window, window);
}

void TcpEnd::TakeData(const TcpFrame& segment) {
  const uint32_t length = LengthOf(segment);
  if (length == 0) return;
  ack_pending_ = true;
  const auto payload = static_cast<uint32_t>(segment.payload.size());
  const bool fin = segment.flags & kF;
  uint32_t left = segment.seq, right = segment.seq + payload;
  if (SeqDiff(left, rcv_nxt) < 0) left = rcv_nxt;
  const bool cut = SeqDiff(right + fin, rcv_right) > 0;
  if (SeqDiff(right, rcv_right) > 0) right = rcv_right;
  if (fin && !cut) fin_at = segment.seq + payload;
  if (SeqDiff(right, left) > 0) out_of_order.Add(left, right);
  rcv_nxt = out_of_order.TakeUpTo(rcv_nxt);
  TakeFin();
}

// RFC 3168 6.1.2, 6.1.3
void TcpEnd::TakeMarks(const TcpFrame& segment) {
  if (!ecn) return;
  constexpr uint8_t kCongestionExperienced = 3;
  if (segment.flags & kC) echoes_marks_ = false;
  if ((segment.traffic_class & 3) == kCongestionExperienced && !segment.payload.empty()) {
    marks_came = echoes_marks_ = true;
    ack_pending_ = true;
  }
  if (!(segment.flags & kE)) return;
  echoes_came = true;
  if (SeqDiff(snd_una, reduced_at_) < 0) return;
  reduced_at_ = snd_max;
  tells_reduction_ = true;
  window_segments_ = std::max(window_segments_ / 2, 1u);
}

// RFC 1191 6.4, RFC 8201 4; only what may be under way can have met it (RFC 5927 4.1).
void TcpEnd::OnTooBig(uint32_t mtu, uint32_t seq) {
  if (state != State::kOpen) return;
  if (SeqDiff(seq, snd_una) < 0 || SeqDiff(seq, snd_max) >= 0) return;
  mtu = std::max(mtu, SmallestMtu(world.scenario().v6));
  if (mtu >= path_mtu_) return;
  path_mtu_ = mtu;
  snd_nxt = snd_una;
  Output();
}

void TcpEnd::TakeFin() {
  if (fin_received || !fin_at || *fin_at != rcv_nxt) return;
  fin_received = true;
  ++rcv_nxt;
  if (SeqDiff(rcv_nxt, rcv_right) > 0) rcv_right = rcv_nxt;
}

// RFC 9293 3.3.2: whoever closed first waits.
void TcpEnd::OnBothClosed() {
  retransmit_at_ = probe_at_ = keepalive_at_ = read_at_ = write_at_ = INT64_MAX;
  if (closed_second) {
    Finish(Outcome::kDone);
    return;
  }
  state = State::kTimeWait;
  end_at_ = world.now() + stack.time_wait;
  world.OnTimeWait(*this);
}

}  // namespace synsplice::sim
