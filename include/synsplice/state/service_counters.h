// What is counted for each service and each backend: one set per worker, written by that worker
// alone, readable from any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "synsplice/base/counters.h"
#include "synsplice/base/duration_histogram.h"
#include "synsplice/base/reason.h"
#include "synsplice/base/time.h"
#include "synsplice/tcp/phase.h"

namespace synsplice {

// X(identifier, label)
#define SYNSPLICE_SERVICE_EVENTS(X)                                                     \
  X(kSyns, "syns")                  /* that ask for a new connection */                 \
  X(kCookiesSent, "cookies_sent")   /* SYNs that were answered */                       \
  X(kCookiesValid, "cookies_valid") /* ACKs, by what their cookie was */                \
  X(kCookiesWrong, "cookies_wrong")                                                     \
  X(kCookiesExpired, "cookies_expired")                                                 \
  X(kCookiesNeverSent, "cookies_never_sent")                                            \
  X(kConnectionsNoted, "connections_noted")   /* of clients that were not challenged */ \
  X(kConnectionsOpened, "connections_opened") /* joined to a backend */                 \
  X(kConnlimitRejections, "connlimit_rejections")                                       \
  X(kDownRejections, "down_rejections")          /* SYNs while nobody can take them */  \
  X(kSynLimitRejections, "syn_limit_rejections") /* by either syn_limit */              \
  X(kAcceptLimitRejections, "accept_limit_rejections")                                  \
  X(kBackendBusyRejections, "backend_busy_rejections")                                  \
  /* What belongs to no connection (rule 46); ACKs are told by their cookies. */        \
  X(kStraySynAcks, "stray_syn_acks")                                                    \
  X(kStrayRsts, "stray_rsts")                                                           \
  X(kStrayFins, "stray_fins")                                                           \
  X(kStrayFragments, "stray_fragments")                                                 \
  X(kStrayUdp, "stray_udp")                                                             \
  X(kStrayIcmp, "stray_icmp")                                                           \
  X(kPoliceDrops, "police_drops")                                                       \
  /* In mode monitor: what always would do. */                                          \
  X(kWouldCookiesSent, "would_cookies_sent")                                            \
  X(kWouldConnectionsOpened, "would_connections_opened")                                \
  X(kWouldConnlimitRejections, "would_connlimit_rejections")                            \
  X(kWouldSynLimitRejections, "would_syn_limit_rejections")                             \
  X(kWouldAcceptLimitRejections, "would_accept_limit_rejections")                       \
  X(kWouldPoliceDrops, "would_police_drops")                                            \
  X(kWouldDownRejections, "would_down_rejections")                                      \
  X(kWouldDrops, "would_drops") /* SYNs and frames without ACK, for other reasons */

// X(identifier, label)
#define SYNSPLICE_BACKEND_EVENTS(X)            \
  X(kSyns, "syns") /* without repetitions */   \
  X(kConnectionsOpened, "connections_opened")  \
  X(kRefused, "refused") /* RST, ICMP error */ \
  X(kSilent, "silent")   /* in all its time */

#define SYNSPLICE_ENUM(identifier, label) identifier,
#define SYNSPLICE_LABEL(identifier, label) label,
enum class ServiceEvent : uint8_t { SYNSPLICE_SERVICE_EVENTS(SYNSPLICE_ENUM) };
inline constexpr std::string_view kServiceEventLabels[] = {
    SYNSPLICE_SERVICE_EVENTS(SYNSPLICE_LABEL)};
enum class BackendEvent : uint8_t { SYNSPLICE_BACKEND_EVENTS(SYNSPLICE_ENUM) };
inline constexpr std::string_view kBackendEventLabels[] = {
    SYNSPLICE_BACKEND_EVENTS(SYNSPLICE_LABEL)};
#undef SYNSPLICE_ENUM
#undef SYNSPLICE_LABEL

inline constexpr size_t kServiceEventCount = std::size(kServiceEventLabels);
inline constexpr size_t kBackendEventCount = std::size(kBackendEventLabels);

// What a refusal is for its service; nullopt: the service has no counter of its own for it.
constexpr std::optional<ServiceEvent> ServiceEventOf(Reason reason) {
  switch (reason) {
    case Reason::kCookieWrong:
      return ServiceEvent::kCookiesWrong;
    case Reason::kCookieExpired:
      return ServiceEvent::kCookiesExpired;
    case Reason::kCookieNeverSent:
      return ServiceEvent::kCookiesNeverSent;
    case Reason::kConnlimit:
    case Reason::kConnlimitTableFull:
      return ServiceEvent::kConnlimitRejections;
    case Reason::kInsideDown:
    case Reason::kBackendsDown:
      return ServiceEvent::kDownRejections;
    case Reason::kSynLimit:
    case Reason::kSynLimitPerSource:
      return ServiceEvent::kSynLimitRejections;
    case Reason::kAcceptLimit:
    case Reason::kAcceptLimitPerSource:
      return ServiceEvent::kAcceptLimitRejections;
    case Reason::kBackendBusy:
      return ServiceEvent::kBackendBusyRejections;
    case Reason::kPolice:
      return ServiceEvent::kPoliceDrops;
    default:
      return std::nullopt;
  }
}

class alignas(64) ServiceCounters {
 public:
  void Count(ServiceEvent event, uint64_t amount = 1) {
    events_[static_cast<size_t>(event)].Add(amount);
  }
  // A flow of the service begins, is in another phase, ends.
  void Enter(Phase phase) { flows_[static_cast<size_t>(phase)].Add(1); }
  void Leave(Phase phase) { flows_[static_cast<size_t>(phase)].Add(~uint64_t{0}); }

  // As rule 7 sees it: so many SYNs that wrong cookies meet silence.
  void SetFlooded(bool flooded) { flooded_.Set(flooded); }
  bool IsFlooded() const { return flooded_.Get() != 0; }

  // Whether cookies go to its clients.
  void SetChallenged(bool challenged) { challenged_.Set(challenged); }
  bool IsChallenged() const { return challenged_.Get() != 0; }

  uint64_t Get(ServiceEvent event) const { return events_[static_cast<size_t>(event)].Get(); }
  uint64_t Flows(Phase phase) const { return flows_[static_cast<size_t>(phase)].Get(); }

  // From the ACK with the cookie to the backend's SYN-ACK.
  DurationHistogram handshakes;

 private:
  std::array<Counter, kServiceEventCount> events_;
  std::array<Counter, kPhaseCount> flows_;
  Counter flooded_, challenged_;
};

class alignas(64) BackendCounters {
 public:
  void Count(BackendEvent event) { events_[static_cast<size_t>(event)].Add(1); }
  uint64_t Get(BackendEvent event) const { return events_[static_cast<size_t>(event)].Get(); }

  // Latest moments, the epoch: never. Of all workers together the later one tells what it is.
  void NoteDown(Time now) { down_at_ms_.Set(static_cast<uint64_t>(ToMilliseconds(now))); }
  void NoteAnswer(Time now) { answered_at_ms_.Set(static_cast<uint64_t>(ToMilliseconds(now))); }
  Time down_at() const { return FromMilliseconds(static_cast<int64_t>(down_at_ms_.Get())); }
  Time answered_at() const { return FromMilliseconds(static_cast<int64_t>(answered_at_ms_.Get())); }

  // From our latest SYN to its SYN-ACK.
  DurationHistogram answers;

 private:
  std::array<Counter, kBackendEventCount> events_;
  Counter down_at_ms_, answered_at_ms_;
};

}  // namespace synsplice
