// What workers count for services and backends, added up.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "synsplice/state/service_counters.h"

namespace synsplice {

struct Durations {
  std::array<uint64_t, DurationHistogram::kBuckets> buckets{};
  uint64_t milliseconds = 0;  // of all together

  void Add(const DurationHistogram& histogram);
  // Those that came since `before` was taken.
  Durations Since(const Durations& before) const;
  uint64_t Count() const;
  // The upper bound of the bucket that this share of them ends in; nullopt: there are none, or it
  // is the last one, which has none.
  std::optional<Milliseconds> Quantile(double share) const;
};

struct ServiceStatistics {
  std::array<uint64_t, kServiceEventCount> events{};
  std::array<uint64_t, kPhaseCount> flows{};
  Durations handshakes;
  bool is_flooded = false;     // with SYNs, as one worker at least has found out
  bool is_challenged = false;  // its clients get cookies, of one worker at least

  // Of one worker more.
  void Add(const ServiceCounters& counters);
  bool HasFlows() const {
    return std::ranges::any_of(flows, [](uint64_t count) { return count != 0; });
  }
};

struct BackendStatistics {
  std::array<uint64_t, kBackendEventCount> events{};
  Time down_at{}, answered_at{};  // the latest of all workers
  Durations answers;

  // Of one worker more.
  void Add(const BackendCounters& counters);
  // Found down for everybody, and has not answered since.
  bool IsDown() const { return down_at > answered_at; }
};

}  // namespace synsplice
