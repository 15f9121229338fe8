// Counters: one set per worker, written by that worker alone, readable from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <string_view>

#include "synsplice/base/reason.h"

namespace synsplice {

// X(identifier, label, explanation)
#define SYNSPLICE_EVENTS(X)                                                                        \
  X(kOutsideFrames, "outside_frames", "frames judged that arrived outside")                        \
  X(kInsideFrames, "inside_frames", "frames judged that arrived inside")                           \
  X(kForwarded, "forwarded", "frames sent on through the other port")                              \
  X(kBounced, "bounced", "frames turned into their answer and sent back")                          \
  X(kHeld, "held", "frames held until their backend answers")                                      \
  X(kConsumed, "consumed", "frames that ended here on purpose")                                    \
  X(kDropped, "dropped", "frames dropped, see drops.*")                                            \
  X(kTagged, "tagged", "judged frames with one VLAN tag")                                          \
  X(kDoubleTagged, "double_tagged", "judged frames with two VLAN tags or more")                    \
  X(kBridged, "bridged", "frames that are no service's traffic, forwarded bit for bit")            \
  X(kPassed, "passed", "frames of services that pass as they are (mode, grace)")                   \
  X(kCookiesSent, "cookies_sent", "SYNs answered with a cookie SYN-ACK")                           \
  X(kCookiesValid, "cookies_valid", "ACKs whose cookie was valid")                                 \
  X(kCookiesRecovered, "cookies_recovered", "of these, found by a keepalive or window probe")      \
  X(kResetsSent, "resets_sent", "RSTs made by synsplice, to either side")                          \
  X(kChallengeAcks, "challenge_acks", "SYNs on a live flow answered with a challenge ACK")         \
  X(kBackendSyns, "backend_syns", "SYNs sent to backends, without retransmissions")                \
  X(kBackendSynRetransmits, "backend_syn_retransmits", "SYNs sent to backends again by timer")     \
  X(kBackendChecks, "backend_checks", "SYNs sent to backends to see whether they are up")          \
  X(kBackendHalfOpenResets, "backend_half_open_resets", "old backend connections reset (rule 13)") \
  X(kBackendRefused, "backend_refused", "backends that answered RST or ICMP unreachable")          \
  X(kBackendSilent, "backend_silent", "backends that did not answer in time")                      \
  X(kBackendSynAckAgain, "backend_syn_ack_again", "repeated backend SYN-ACKs answered (rule 12)")  \
  X(kTooBigSent, "too_big_sent", "senders told that a segment is too big for the other end")       \
  X(kIcmpTranslated, "icmp_translated", "ICMP errors translated with the segment they quote")      \
  X(kPromisesChanged, "promises_changed", "listeners whose promise followed their backends")       \
  X(kFragments, "fragments", "fragments of spliced connections sent on")                           \
  X(kSignedBypassed, "signed_bypassed", "TCP-MD5 and TCP-AO segments of signed_bypass, untouched") \
  X(kFlowsSpliced, "flows_spliced", "connections joined to a backend")                             \
  X(kFlowsReplaced, "flows_replaced", "ended flows replaced by a new connection (port reuse)")     \
  X(kFlowsServerOpened, "flows_server_opened", "connections opened by a service's own endpoint")   \
  X(kFlowsNoted, "flows_noted", "connections of services that are not challenged, noted")          \
  X(kFlowsNotNoted, "flows_not_noted", "the same without an entry, and so lost by a switch")       \
  X(kFlowsExpired, "flows_expired", "flows removed by their timeout")                              \
  X(kFlowsEvicted, "flows_evicted", "flows removed from a full bucket")                            \
  X(kHandshakesEvicted, "handshakes_evicted", "handshakes that gave their slot to another one")    \
  X(kNeighbourRequests, "neighbour_requests",                                                      \
    "requests for a backend's MAC: unknown, old or doubted")                                       \
  X(kNeighbourAnswers, "neighbour_answers", "requests for an address of ours answered")            \
  X(kNeighboursLearned, "neighbours_learned", "backend MAC addresses learned or changed")          \
  X(kHandedOver, "handed_over", "frames that arrived at another worker than their own")

enum class Event : uint8_t {
#define SYNSPLICE_EVENT_ENUM(identifier, label, text) identifier,
  SYNSPLICE_EVENTS(SYNSPLICE_EVENT_ENUM)
#undef SYNSPLICE_EVENT_ENUM
};

inline constexpr std::string_view kEventLabels[] = {
#define SYNSPLICE_EVENT_LABEL(identifier, label, text) label,
    SYNSPLICE_EVENTS(SYNSPLICE_EVENT_LABEL)
#undef SYNSPLICE_EVENT_LABEL
};

inline constexpr size_t kEventCount = sizeof kEventLabels / sizeof kEventLabels[0];

constexpr std::string_view Label(Event event) { return kEventLabels[static_cast<size_t>(event)]; }

// A number with one writer: the store needs no lock prefix, a reader in another thread sees a
// recent value.
class Counter {
 public:
  Counter() = default;
  // Such as a vector asks for that grows; the original's writer may go on meanwhile.
  Counter(const Counter& other) : value_(other.Get()) {}
  void Add(uint64_t amount) {
    value_.store(value_.load(std::memory_order_relaxed) + amount, std::memory_order_relaxed);
  }
  void Set(uint64_t value) { value_.store(value, std::memory_order_relaxed); }
  uint64_t Get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<uint64_t> value_{0};
};

class alignas(64) Counters {
 public:
  void Count(Event event, uint64_t amount = 1) { events_[static_cast<size_t>(event)].Add(amount); }
  void Count(Reason reason, uint64_t amount = 1) {
    drops_[static_cast<size_t>(reason)].Add(amount);
  }
  uint64_t Get(Event event) const { return events_[static_cast<size_t>(event)].Get(); }
  uint64_t Get(Reason reason) const { return drops_[static_cast<size_t>(reason)].Get(); }

 private:
  std::array<Counter, kEventCount> events_;
  std::array<Counter, kReasonCount> drops_;
};

}  // namespace synsplice
