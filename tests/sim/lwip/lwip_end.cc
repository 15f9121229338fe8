#include "lwip_end.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "lwip/priv/tcp_priv.h"

namespace synsplice::sim {
namespace {

// An application gives up after so many milliseconds in which no byte has moved.
constexpr int64_t kPatience = 300'000;

uint8_t StreamByte(int connection, bool from_client, uint32_t position) {
  const uint32_t mixed = position * 2654435761u + static_cast<uint32_t>(connection) * 40503u;
  return static_cast<uint8_t>((mixed >> 16) + (from_client ? 0 : 85));
}

LwipEnd& EndOf(void* argument) { return *static_cast<LwipEnd*>(argument); }

}  // namespace

std::string LwipEnd::ToString() const {
  static constexpr const char* kNames[] = {"open",  "done",      "aborted",
                                           "reset", "timed out", "forgotten"};
  return (client_ ? "client " : "server ") + std::to_string(connection_) + " is " +
         kNames[static_cast<int>(outcome_)] + ", " + std::to_string(written_) + " bytes written, " +
         std::to_string(arrived_) + " arrived";
}

void LwipEnd::Attach(tcp_pcb& pcb, int64_t keepalive) {
  pcb_ = &pcb;
  pcb.so_options |= SOF_KEEPALIVE;
  pcb.keep_idle = pcb.keep_intvl = static_cast<u32_t>(keepalive);
  tcp_arg(&pcb, this);
  tcp_recv(&pcb, [](void* end, tcp_pcb*, pbuf* data, err_t) -> err_t {
    EndOf(end).OnData(data);
    if (data) pbuf_free(data);
    return ERR_OK;
  });
  tcp_sent(&pcb, [](void* end, tcp_pcb*, u16_t) -> err_t {
    EndOf(end).moved_ = true;
    return ERR_OK;
  });
  tcp_err(&pcb, [](void* end, err_t error) { EndOf(end).OnError(error); });
}

void LwipEnd::OnData(const pbuf* data) {
  moved_ = true;
  if (!data) fin_arrived_ = true;
  for (; data; data = data->next) {
    const auto* bytes = static_cast<const uint8_t*>(data->payload);
    for (u16_t i = 0; i < data->len; ++i) {
      spoilt_ |= bytes[i] != StreamByte(connection_, !client_, arrived_++);
    }
  }
}

// lwIP has freed the pcb, or will at once.
void LwipEnd::OnError(err_t error) {
  pcb_ = nullptr;
  outcome_ = error == ERR_RST    ? Outcome::kReset
             : error == ERR_CLSD ? Outcome::kDone  // its FIN, the second, was acknowledged
                                 : Outcome::kTimedOut;
}

void LwipEnd::Detach(Outcome outcome) {
  tcp_arg(pcb_, nullptr);
  tcp_recv(pcb_, nullptr);
  tcp_sent(pcb_, nullptr);
  tcp_err(pcb_, nullptr);
  pcb_ = nullptr;
  outcome_ = outcome;
}

void LwipEnd::Forget() {
  tcp_pcb* const pcb = pcb_;
  Detach(Outcome::kForgotten);
  tcp_abandon(pcb, 0);
}

bool LwipEnd::IsOpen() const {
  return pcb_ && pcb_->state >= ESTABLISHED && pcb_->state != TIME_WAIT;
}

int64_t LwipEnd::Deadline() const {
  if (IsClosed()) return INT64_MAX;
  return std::min({read_at_, write_at_, abort_at_, moved_at_ + kPatience});
}

void LwipEnd::Run(int64_t now) {
  if (IsClosed()) return;
  if (pcb_->state == TIME_WAIT) return Detach(Outcome::kDone);
  if (std::exchange(moved_, false)) moved_at_ = now;
  if (now >= moved_at_ + kPatience) {
    tcp_pcb* const pcb = pcb_;
    Detach(Outcome::kTimedOut);
    return tcp_abort(pcb);
  }
  if (!IsOpen()) return;
  Read(now);
  Write(now);
  Close(now);
}

void LwipEnd::Read(int64_t now) {
  if (read_ == arrived_) return;
  if (script_.read_chunk != 0 && read_at_ == INT64_MAX) read_at_ = now + script_.read_gap;
  if (script_.read_chunk != 0 && now < read_at_) return;
  uint32_t length = arrived_ - read_;
  if (script_.read_chunk != 0) length = std::min(length, script_.read_chunk);
  read_ += length;
  read_at_ = INT64_MAX;
  if (read_ != arrived_) read_at_ = now + script_.read_gap;
  // Nothing more comes behind a FIN.
  if (!fin_arrived_) tcp_recved(pcb_, static_cast<u16_t>(length));
}

void LwipEnd::Write(int64_t now) {
  if (written_ == script_.bytes || read_ < script_.wait_for) return;
  if (write_at_ == INT64_MAX) write_at_ = now + script_.pause;
  while (now >= write_at_ && written_ < script_.bytes) {
    const uint32_t length =
        std::min({script_.chunk, script_.bytes - written_, uint32_t{tcp_sndbuf(pcb_)}});
    std::vector<uint8_t> bytes(length);
    for (uint32_t i = 0; i < length; ++i) bytes[i] = StreamByte(connection_, client_, written_ + i);
    const err_t error =
        tcp_write(pcb_, bytes.data(), static_cast<u16_t>(length), TCP_WRITE_FLAG_COPY);
    // Its buffer is full: again when something is acknowledged.
    if (length == 0 || error != ERR_OK) break;
    written_ += length;
    write_at_ = std::max(write_at_ + script_.gap, now + (script_.gap != 0));
  }
  if (write_at_ <= now) write_at_ = now + kTcpTick;
  if (written_ == script_.bytes) write_at_ = INT64_MAX;
  tcp_output(pcb_);
}

void LwipEnd::Close(int64_t now) {
  if (fin_sent_ || !HasWritten()) return;
  if (script_.end == Script::End::kAbort) {
    if (abort_at_ == INT64_MAX) abort_at_ = now + script_.pause;
    if (now < abort_at_) return;
    tcp_pcb* const pcb = pcb_;
    Detach(Outcome::kAborted);
    return tcp_abort(pcb);
  }
  if (script_.end == Script::End::kCloseAfterPeer && !fin_arrived_) return;
  // lwIP splits a segment for a small window and puts its FIN on both parts.
  if (written_ > TCP_WND && pcb_->unsent) return;
  fin_sent_ = tcp_shutdown(pcb_, 0, 1) == ERR_OK;
}

}  // namespace synsplice::sim
