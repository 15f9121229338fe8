// What the workers of one appliance share.
#pragma once

#include <atomic>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/siphash.h"
#include "synsplice/health/backend_checks.h"
#include "synsplice/limit/connlimit.h"
#include "synsplice/limit/rate_bucket.h"
#include "synsplice/limit/source_rates.h"
#include "synsplice/lists/list_table.h"
#include "synsplice/policy/config.h"
#include "synsplice/state/neighbour_table.h"
#include "synsplice/state/state.h"

namespace synsplice {

// What workers have seen of a service in mode adaptive, and the conclusion that one of them draws.
struct ServiceLoad {
  std::atomic<uint64_t> syns{0}, completed{0};  // since the start
  std::atomic<int64_t> risk_percent{0};         // the shell's: as the detector sees it (rule 45)
  std::atomic<bool> is_attack{false};
};

// The buckets of a service's rate limits.
struct alignas(64) ServiceBuckets {
  RateBucket syns, accepts;
};

// What may pass yet of a service's frames that belong to no connection (rule 46).
struct PoliceBuckets {
  RateBucket fragments, udp, icmp;
};

// What all workers use together; thread-safe.
struct Shared {
  // `seed` keys the limits' hash, as a proxy's keys its flow table's. `state` outlives it.
  Shared(const State& state, const SipKey& seed, Mac outside_mac, Mac inside_mac)
      : state(state),
        connlimit(state.region, state.places.connlimit, seed),
        syn_rates({~seed.k0, seed.k1}, state.places.workers.size()),
        accept_rates({~seed.k0, ~seed.k1}, state.places.workers.size()),
        checks(seed),
        outside_mac(outside_mac),
        inside_mac(inside_mac) {}

  const State& state;  // the workers' too
  ConnlimitTable connlimit;
  // Each of the services' limits per source. Addresses of SYNs may be forged: a flood of them must
  // not take the buckets of those that are proven.
  SourceRates syn_rates, accept_rates;
  std::vector<ServiceBuckets> buckets = std::vector<ServiceBuckets>(kMaxServices);  // by number
  NeighbourTable neighbours;
  BackendChecks checks;
  std::atomic<bool> inside_up{true};       // the shell's: the inside port works
  std::atomic<uint64_t> outside_bytes{0};  // the shell's: that have arrived outside
  std::vector<ServiceLoad> loads = std::vector<ServiceLoad>(kMaxServices);       // by number
  std::vector<PoliceBuckets> police = std::vector<PoliceBuckets>(kMaxServices);  // the same
  // The shell's; nullptr: there are no lists. Who publishes another one keeps the one before until
  // every worker has answered a Request::Kind::kPassed.
  std::atomic<const ListTable*> lists{nullptr};
  Mac outside_mac;  // answers for service addresses that no backend owns
  Mac inside_mac;   // source of ARP probes and neighbour solicitations
};

}  // namespace synsplice
