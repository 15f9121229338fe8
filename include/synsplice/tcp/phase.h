// The life of a connection as the proxy sees it, and its transition table.
#pragma once

#include <cstddef>
#include <cstdint>

namespace synsplice {

enum class Phase : uint8_t {
  kWaiting,       // the cookie was valid; the backend has not answered our SYN
  kAborted,       // as kWaiting, but the client has sent a RST
  kEstablished,   // spliced, or opened by the server
  kClientClosed,  // the client's FIN was seen
  kServerClosed,  // the server's FIN was seen
  kClosing,       // both FINs were seen, not both acknowledged
  kTimeWait,      // both FINs acknowledged
  kClosed,        // reset after the splice: translation goes on for one cookie life
  kRefused,       // ended before the splice or by the operator: there is nothing to translate
};

inline constexpr size_t kPhaseCount = static_cast<size_t>(Phase::kRefused) + 1;

enum class PhaseEvent : uint8_t {
  kSpliced,    // the backend's SYN-ACK was good
  kClientFin,  // an acceptable FIN at the client's end
  kServerFin,
  kAllAcked,  // both FINs are acknowledged
  kReset,     // a RST that closes (rule 18)
  kRefuse,    // the backend refused or stayed silent, or no place was left
  kCleared,   // by the operator
};

// RFC 9293 3.3.2 seen from the middle: pairs that the table does not name keep their phase.
constexpr Phase Next(Phase phase, PhaseEvent event) {
  const bool waiting = phase == Phase::kWaiting || phase == Phase::kAborted;
  switch (event) {
    case PhaseEvent::kSpliced:
      return phase == Phase::kWaiting ? Phase::kEstablished : phase;
    case PhaseEvent::kClientFin:
      if (phase == Phase::kEstablished) return Phase::kClientClosed;
      return phase == Phase::kServerClosed ? Phase::kClosing : phase;
    case PhaseEvent::kServerFin:
      if (phase == Phase::kEstablished) return Phase::kServerClosed;
      return phase == Phase::kClientClosed ? Phase::kClosing : phase;
    case PhaseEvent::kAllAcked:
      return phase == Phase::kClosing ? Phase::kTimeWait : phase;
    case PhaseEvent::kReset:
      if (phase == Phase::kWaiting) return Phase::kAborted;
      return waiting || phase == Phase::kRefused ? phase : Phase::kClosed;
    case PhaseEvent::kRefuse:
      return waiting ? Phase::kRefused : phase;
    case PhaseEvent::kCleared:
      return Phase::kRefused;
  }
  return phase;
}

// Data may still flow: a SYN meets a challenge ACK, the flow is never replaced (rules 8, 19).
constexpr bool IsActive(Phase phase) {
  return phase == Phase::kEstablished || phase == Phase::kClientClosed ||
         phase == Phase::kServerClosed;
}

constexpr bool IsWaiting(Phase phase) {
  return phase == Phase::kWaiting || phase == Phase::kAborted;
}

// Something may still be delivered.
constexpr bool IsLive(Phase phase) {
  return IsWaiting(phase) || IsActive(phase) || phase == Phase::kClosing;
}

constexpr const char* Name(Phase phase) {
  constexpr const char* kNames[] = {"waiting",       "aborted",       "established",
                                    "client_closed", "server_closed", "closing",
                                    "time_wait",     "closed",        "refused"};
  return kNames[static_cast<int>(phase)];
}

}  // namespace synsplice
