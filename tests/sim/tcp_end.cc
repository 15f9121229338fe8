#include "tcp_end.h"

#include <algorithm>

#include "world.h"

namespace synsplice::sim {
namespace {

constexpr int kMaxKeepalives = 8;
constexpr int64_t kKeepaliveInterval = 5000;  // milliseconds
constexpr int kMaxRetries = 25;
constexpr int kMaxSynRetries = 6;
constexpr int64_t kMaxRto = 10000;  // milliseconds

}  // namespace

void Ranges::Add(uint32_t left, uint32_t right) {
  for (size_t i = 0; i < ranges_.size();) {
    const auto [from, to] = ranges_[i];
    if (SeqDiff(left, to) > 0 || SeqDiff(from, right) > 0) {
      ++i;
      continue;
    }
    if (SeqDiff(from, left) < 0) left = from;
    if (SeqDiff(to, right) > 0) right = to;
    ranges_.erase(ranges_.begin() + static_cast<ptrdiff_t>(i));
  }
  const auto behind = std::find_if(ranges_.begin(), ranges_.end(), [left](const auto& range) {
    return SeqDiff(range.first, left) > 0;
  });
  ranges_.insert(behind, {left, right});
}

uint32_t Ranges::TakeUpTo(uint32_t seq) {
  while (!ranges_.empty() && SeqDiff(ranges_.front().first, seq) <= 0) {
    if (SeqDiff(ranges_.front().second, seq) > 0) seq = ranges_.front().second;
    ranges_.erase(ranges_.begin());
  }
  return seq;
}

bool Ranges::Contains(uint32_t left, uint32_t right) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) {
    return SeqDiff(range.first, left) <= 0 && SeqDiff(range.second, right) >= 0;
  });
}

TcpEnd::TcpEnd(World& world, Connection& connection, bool client)
    : world(world),
      connection(connection),
      client(client),
      stack(client ? world.scenario().clients[connection.plan->host]
                   : world.scenario().servers[connection.server_index].stack),
      script(client ? connection.plan->client : connection.plan->server),
      rto_(stack.rto) {}

// No two streams and no two places of one stream are alike for long.
uint8_t TcpEnd::StreamByte(int connection, bool from_client, uint32_t position) {
  const uint32_t x =
      (position + static_cast<uint32_t>(connection) * 2711u + from_client) * 2654435761u;
  return static_cast<uint8_t>(x >> 24 ^ x >> 13);
}

uint32_t TcpEnd::tsval() const {
  return stack.tsval_offset + static_cast<uint32_t>(world.now()) / stack.tsval_step;
}

void TcpEnd::Connect(uint32_t isn) {
  iss = snd_una = snd_nxt = snd_max = isn;
  state = State::kSynSent;
  SendSyn();
  snd_nxt = snd_max = iss + 1;
  ArmRetransmission();
}

void TcpEnd::Accept(const test::TcpFrame& syn, uint32_t isn) {
  belated = connection.spliced;
  iss = snd_una = snd_nxt = snd_max = isn;
  irs = syn.seq;
  rcv_nxt = rcv_right = syn.seq + 1;
  TakeOptions(syn);
  state = State::kSynReceived;
  snd_right = initial_right = iss + 1 + syn.window;
  max_window = syn.window;
  SendSyn();
  snd_nxt = snd_max = iss + 1;
  ArmRetransmission();
}

int64_t TcpEnd::Deadline() const {
  if (state == State::kClosed) return INT64_MAX;
  if (state == State::kTimeWait) return end_at_;
  return std::min(
      {retransmit_at_, probe_at_, keepalive_at_, read_at_, write_at_, end_at_, forgets_at_});
}

void TcpEnd::ArmRetransmission() { retransmit_at_ = world.now() + rto_; }

void TcpEnd::Finish(Outcome how) {
  if (state == State::kClosed) return;
  state = State::kClosed;
  outcome = how;
  closed_at = world.now();
  world.OnEndClosed(*this);
}

void TcpEnd::OnTimer() {
  const int64_t now = world.now();
  if (state == State::kTimeWait) {
    if (now >= end_at_) Finish(Outcome::kDone);
    return;
  }
  if (now >= forgets_at_) return Forget();
  if (now >= retransmit_at_) {
    const int limit = state == State::kOpen ? kMaxRetries : kMaxSynRetries;
    if (++retries_ > limit) return Finish(Outcome::kTimedOut);
    rto_ = std::min(rto_ * 2, kMaxRto);
    ArmRetransmission();
    Retransmit();
  }
  if (state != State::kOpen) return;
  if (now >= probe_at_) {
    rto_ = std::min(rto_ * 2, kMaxRto);
    probe_at_ = now + rto_;
    SendProbe();
  }
  if (now >= keepalive_at_) {
    if (++keepalives_ > kMaxKeepalives) return Finish(Outcome::kTimedOut);
    keepalive_at_ = now + kKeepaliveInterval;
    SendProbe();
  }
  RunApplication();
  if (state == State::kOpen) Output();
}

void TcpEnd::RunApplication() {
  Read();
  Write();
  MaybeEnd();
}

void TcpEnd::Read() {
  if (rcv_read == arrived()) return;
  if (script.read_chunk == 0) {
    rcv_read = arrived();
    return;
  }
  if (read_at_ == INT64_MAX) read_at_ = world.now() + script.read_gap;
  if (world.now() < read_at_) return;
  rcv_read += std::min(script.read_chunk, arrived() - rcv_read);
  read_at_ = rcv_read == arrived() ? INT64_MAX : world.now() + script.read_gap;
  // RFC 9293 3.8.6.2.2: the peer hears of a window that has opened by a useful amount.
  const uint32_t free = (stack.buffer - (arrived() - rcv_read)) >> rcv_shift << rcv_shift;
  const uint32_t offered = rcv_right - rcv_nxt;
  if (free > offered && free - offered >= std::min<uint32_t>(stack.buffer / 2, stack.mss)) {
    ack_pending_ = true;
  }
}

void TcpEnd::Write() {
  if (written == script.bytes || closing || rcv_read < script.wait_for) return;
  if (write_at_ == INT64_MAX) write_at_ = world.now() + script.pause;
  while (world.now() >= write_at_ && written < script.bytes) {
    written += std::min(script.chunk, script.bytes - written);
    write_at_ += script.gap;
  }
  if (written == script.bytes) write_at_ = INT64_MAX;
}

void TcpEnd::MaybeEnd() {
  if (closing || written != script.bytes || rcv_read < script.wait_for) return;
  switch (script.end) {
    case Script::End::kCloseWhenSent:
      closing = true;
      return;
    case Script::End::kCloseAfterPeer:
      closing = fin_received;
      return;
    case Script::End::kAbort:
      if (end_at_ == INT64_MAX) end_at_ = world.now() + script.pause;
      if (world.now() < end_at_) return;
      SendReset(snd_max);
      Finish(Outcome::kAborted);
  }
}

}  // namespace synsplice::sim
