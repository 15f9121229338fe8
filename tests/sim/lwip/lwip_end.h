// One end of a connection: an lwIP pcb, and an application that follows a script.
//
// Payload bytes are a function of the connection and the position, so that a receiver knows at once
// whether what it gets is right.
#pragma once

#include <cstdint>
#include <string>

#include "lwip_stack.h"
#include "scenario.h"

namespace synsplice::sim {

class LwipEnd {
 public:
  enum class Outcome : uint8_t { kNone, kDone, kAborted, kReset, kTimedOut, kForgotten };
  // `server`: which one, for a server's end. `now`: milliseconds.
  LwipEnd(int connection, bool client, const Script& script, int64_t now, uint32_t server = 0)
      : connection_(connection),
        client_(client),
        server_(server),
        script_(script),
        moved_at_(now) {}

  // Takes the callbacks of `pcb`; `keepalive`: milliseconds of silence before a probe.
  void Attach(tcp_pcb& pcb, int64_t keepalive);
  // What the application does by now. Not to be called from inside the stack.
  void Run(int64_t now);
  int64_t Deadline() const;  // of the application; INT64_MAX: none
  // Its host has lost its memory: the pcb goes without a RST.
  void Forget();

  int connection() const { return connection_; }
  bool client() const { return client_; }
  uint32_t server() const { return server_; }
  const Script& script() const { return script_; }
  Outcome outcome() const { return outcome_; }
  bool IsClosed() const { return outcome_ != Outcome::kNone; }
  // Synchronised and not closed yet.
  bool IsOpen() const;
  // Whether it has sent all that `ack` acknowledges. REQUIRES: IsOpen().
  bool HasSent(uint32_t ack) const { return static_cast<int32_t>(ack - pcb_->snd_nxt) <= 0; }
  // Whether a segment with these numbers may be its peer's. REQUIRES: IsOpen().
  bool IsNear(uint32_t seq, uint32_t ack) const {
    constexpr uint32_t kTwoWindows = 2 * TCP_WND;
    return seq - pcb_->rcv_nxt + kTwoWindows <= 2 * kTwoWindows &&
           ack - pcb_->snd_nxt + kTwoWindows <= 2 * kTwoWindows;
  }
  uint32_t arrived() const { return arrived_; }
  uint32_t written() const { return written_; }
  // A byte that is not the peer's has arrived.
  bool IsSpoilt() const { return spoilt_; }
  // For people: who it is and what has become of it.
  std::string ToString() const;

 private:
  void OnData(const pbuf* data);
  void OnError(err_t error);
  void Read(int64_t now);
  void Write(int64_t now);
  void Close(int64_t now);
  void Detach(Outcome outcome);
  bool HasWritten() const { return written_ == script_.bytes && read_ >= script_.wait_for; }

  int connection_;
  bool client_;
  uint32_t server_;
  const Script& script_;
  tcp_pcb* pcb_ = nullptr;
  Outcome outcome_ = Outcome::kNone;
  int64_t moved_at_;  // a byte has arrived or was acknowledged
  int64_t read_at_ = INT64_MAX, write_at_ = INT64_MAX, abort_at_ = INT64_MAX;
  uint32_t written_ = 0, arrived_ = 0, read_ = 0;
  bool fin_sent_ = false, fin_arrived_ = false;
  bool spoilt_ = false;
  bool moved_ = false;
};

}  // namespace synsplice::sim
