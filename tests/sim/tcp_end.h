// One end of a TCP connection: RFC 9293 with the options of RFC 7323 and RFC 2018, the challenge
// ACKs of RFC 5961, and an application that follows a script.
//
// Payload bytes are never kept: byte i of a stream is a function of the connection, so that a
// receiver knows at once whether what it gets is right. Written without a look at src/.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "connection.h"
#include "packet.h"
#include "support/tcp_frame.h"

namespace synsplice::sim {

class World;

// Nobody goes below (RFC 791 3.2, RFC 8200 5).
constexpr uint32_t SmallestMtu(bool v6) { return v6 ? 1280 : 68; }

// Signed distance of sequence numbers.
inline int32_t SeqDiff(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b); }

// Sequence ranges [first, second), disjoint, ascending.
class Ranges {
 public:
  void Add(uint32_t left, uint32_t right);
  // Forgets what lies before `seq`; answers how far the range that starts at or before it reaches.
  uint32_t TakeUpTo(uint32_t seq);
  bool Contains(uint32_t left, uint32_t right) const;
  void Clear() { ranges_.clear(); }
  bool empty() const { return ranges_.empty(); }
  const std::vector<std::pair<uint32_t, uint32_t>>& list() const { return ranges_; }

 private:
  std::vector<std::pair<uint32_t, uint32_t>> ranges_;
};

class TcpEnd {
 public:
  enum class State : uint8_t { kSynSent, kSynReceived, kOpen, kTimeWait, kClosed };
  enum class Outcome : uint8_t { kNone, kDone, kAborted, kReset, kRefused, kTimedOut, kForgotten };

  // `client`: which end of `connection` this is. Lives as long as the world.
  TcpEnd(World& world, Connection& connection, bool client);

  void Connect(uint32_t isn);
  void Accept(const test::TcpFrame& syn, uint32_t isn);
  void OnSegment(const test::TcpFrame& segment, const Origin& origin);
  // A router, or the appliance, has found the segment that begins at `seq` longer than `mtu`.
  void OnTooBig(uint32_t mtu, uint32_t seq);
  void OnTimer();
  // Its host lost its memory.
  void Forget() { Finish(Outcome::kForgotten); }

  int64_t Deadline() const;  // world's milliseconds; INT64_MAX: none

  bool IsClosed() const { return state == State::kClosed; }
  bool IsOpen() const { return state == State::kOpen; }
  // Nothing has been closed from this end.
  bool IsWhole() const { return state == State::kOpen && !fin_sent && !fin_received; }
  TcpEnd* peer() const { return client ? connection.server_end : connection.client_end; }
  // Bytes of the peer's stream that came in order.
  uint32_t arrived() const { return rcv_nxt - irs - 1 - fin_received; }
  uint32_t tsval() const;
  // What the other end of this end's stream must read at `position`.
  static uint8_t StreamByte(int connection, bool from_client, uint32_t position);

  // The witness reads all of this.
  World& world;
  Connection& connection;
  const bool client;
  const Stack& stack;
  const Script& script;
  State state = State::kSynSent;
  Outcome outcome = Outcome::kNone;
  int64_t opened_at = 0, closed_at = 0;  // of a server's: accepted; closed

  // Send side.
  uint32_t iss = 0, snd_una = 0, snd_nxt = 0, snd_max = 0;
  uint32_t snd_wl1 = 0, snd_wl2 = 0;
  uint32_t snd_right = 0;  // what the peer allows
  uint32_t max_window = 0;
  uint32_t written = 0;  // bytes
  bool belated = false;  // opened by an old duplicate of its connection's SYN
  bool closing = false;  // the application has closed: a FIN follows `written`
  bool fin_sent = false;
  uint32_t order = 0;  // segments sent
  Ranges sacked;

  // Receive side.
  uint32_t irs = 0, rcv_nxt = 0;
  uint32_t rcv_right = 0;  // promised; never steps back
  uint32_t rcv_read = 0;   // bytes that the application has read
  Ranges out_of_order;
  std::optional<uint32_t> fin_at;
  bool fin_received = false;
  bool closed_second = false;  // the peer's FIN came before ours went

  // Negotiated.
  uint16_t peer_mss = 536, told_mss = 0;
  uint8_t snd_shift = 0, rcv_shift = 0;
  bool sack = false, timestamps = false, scaled = false, ecn = false;
  uint32_t ts_recent = 0, last_tsval = 0, first_tsval = 0;

  // Of what arrived, for the witness.
  uint32_t newest_order = 0;  // of the peer's segments
  uint32_t highest_right = 0;
  bool heard = false;          // a forwarded segment came
  uint32_t initial_right = 0;  // what the SYN or SYN-ACK promised
  bool marks_came = false;     // congestion experienced
  bool echoes_came = false;    // the peer says that marks came

 private:
  enum class Verdict : uint8_t { kTake, kAnswer, kIgnore };

  // tcp_end_input.cc
  void OnSynSent(const test::TcpFrame& segment);
  void OnSynAck(const test::TcpFrame& segment);
  bool KeepsOptions() const;
  void TakeOptions(const test::TcpFrame& syn);
  Verdict JudgeSequence(const test::TcpFrame& segment) const;
  Verdict JudgeTimestamps(const test::TcpFrame& segment, const Origin& origin);
  bool OnReset(const test::TcpFrame& segment, const Origin& origin);
  bool TakeAck(const test::TcpFrame& segment);
  void OnNewAck(uint32_t ack);
  void OnDuplicateAck(const test::TcpFrame& segment);
  void TakeSack(const test::TcpFrame& segment);
  void TakeWindow(const test::TcpFrame& segment);
  void TakeData(const test::TcpFrame& segment);
  void TakeFin();
  void TakeMarks(const test::TcpFrame& segment);
  void OnBothClosed();
  void Challenge();

  // tcp_end_output.cc
  void Output();
  uint32_t SendLimit() const;
  uint32_t Payload(uint32_t limit) const;
  void SendData(uint32_t seq, uint32_t length);
  void SendAck();
  void SendProbe();
  void SendReset(uint32_t seq);
  void SendSyn();
  void Retransmit();
  test::TcpFrame Segment(uint8_t flags, uint32_t seq);
  void Emit(test::TcpFrame& segment);
  uint16_t WindowField();
  uint32_t stream_end() const { return iss + 1 + written; }
  bool HasUnsent() const { return SeqDiff(stream_end() + closing, snd_nxt) > 0; }

  // tcp_end.cc
  void Finish(Outcome how);
  void RunApplication();
  void Read();
  void Write();
  void MaybeEnd();
  void ArmRetransmission();

  uint32_t window_segments_ = 10;  // congestion window
  uint32_t duplicate_acks_ = 0;
  uint32_t path_mtu_ = 65535;     // bytes of an IP packet
  bool echoes_marks_ = false;     // ECE on every segment until CWR comes
  bool tells_reduction_ = false;  // CWR on the next data
  uint32_t reduced_at_ = 0;       // once per window of data
  int64_t rto_ = 0;
  int64_t retransmit_at_ = INT64_MAX, probe_at_ = INT64_MAX, keepalive_at_ = INT64_MAX;
  int64_t read_at_ = INT64_MAX, write_at_ = INT64_MAX, end_at_ = INT64_MAX;
  int64_t forgets_at_ = INT64_MAX;
  int64_t challenged_at_ = -10000;
  int retries_ = 0;
  int keepalives_ = 0;
  bool ack_pending_ = false;
};

}  // namespace synsplice::sim
