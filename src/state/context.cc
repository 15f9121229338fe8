#include "context.h"

#include <algorithm>

#include "adaptive.h"
#include "turn_lines.h"

namespace synsplice {
namespace {

CookieBinding BindingOf(const Policy& policy, const Promises& promises, ListenerId id) {
  return {policy.listener(id).endpoint, promises.Current(id)};
}

std::vector<CookieBinding> BindingsOf(const Policy& policy, const Promises& promises) {
  std::vector<CookieBinding> bindings(1);  // ids start at 1
  for (size_t i = 1; i < policy.listener_count(); ++i) {
    bindings.push_back(BindingOf(policy, promises, static_cast<ListenerId>(i)));
  }
  return bindings;
}

// The sketches of a worker must not share a key: who aims at one would hit all of them.
SipKey SketchKey(const SipKey& seed, uint8_t number) {
  const uint8_t one[] = {number, 1}, other[] = {number, 2};
  return {SipHash<2, 4>(seed, one), SipHash<2, 4>(seed, other)};
}

std::optional<ReflectionLimit> ReflectionLimitOf(const Policy& policy, const SipKey& seed,
                                                 Time start) {
  const ReflectionConfig& reflection = policy.config().reflection;
  if (reflection.syn_acks_per_second == 0) return std::nullopt;
  return ReflectionLimit(reflection.syn_acks_per_second, reflection.exempt_for, SketchKey(seed, 2),
                         start);
}

void SetFloodLimits(const Policy& policy, std::vector<FloodMeter>& meters) {
  meters.resize(policy.service_count());
  for (size_t i = 0; i < meters.size(); ++i) {
    meters[i].SetLimit(policy.service(i).flood_syns_per_second);
  }
}

// The least of idle and expired in any phase, in ticks.
uint16_t FreshTicksOf(const Policy& policy) {
  const TimeoutConfig& timeouts = policy.config().timeouts;
  const Seconds shortest =
      std::min({timeouts.established, timeouts.client_closed, timeouts.server_closed,
                timeouts.closing, timeouts.time_wait, timeouts.closed.value_or(Seconds::max()),
                timeouts.refused.value_or(Seconds::max())});
  const int64_t until_idle = (policy.cookie_life() + kTick - Milliseconds(1)) / kTick;
  return static_cast<uint16_t>(std::min(until_idle, shortest / kTick + 1));
}

}  // namespace

Context::Context(const Policy& policy, Shared& shared, SipKey seed, Time start, unsigned worker)
    : policy(&policy),
      seed(seed),
      shared(shared),
      places(shared.state.places.workers[worker]),
      flows(shared.state.region, places.flows, seed),
      label_key(SketchKey(seed, 7)),
      flow_shares(shared.state.region, places.flow_shares, SketchKey(seed, 6)),
      slots(shared.state.region, places.slots, kLines),
      slot_shares(shared.state.region, places.slot_shares, policy.service_count(),
                  policy.backend_count() - 1, SketchKey(seed, 4)),
      held_shares(shared.state.region, places.held_shares, policy.service_count(),
                  policy.backend_count() - 1, SketchKey(seed, 5)),
      promises(policy),
      fragments({seed.k1, ~seed.k0}),
      bridged_fragments(seed),
      jar(policy.config().cookie.secret, policy.config().cookie.epoch, BindingsOf(policy, promises),
          start),
      service_counters(policy.service_count()),
      backend_counters(policy.backend_count()),
      list_notes(kListNotesPerSecond, start),
      reflection(ReflectionLimitOf(policy, seed, start)),
      cookies_sent(SketchKey(seed, 1), start),
      started(start),
      cookie_life(std::chrono::ceil<Seconds>(policy.cookie_life())),
      cookies_known_from(policy.config().cookie.shared_secret ? Time::max()
                                                              : start + policy.cookie_life()),
      wrong_cookie_resets(policy.config().handshake.wrong_cookie_resets_per_second,
                          SketchKey(seed, 3)),
      backend_resets(policy.backend_count(), TokenBucket(kBackendResetsPerSecond, start)),
      openings(policy.backend_count()),
      probe_macs(kProbeMacsPerSecond, start),
      quoted_errors(kQuotedErrorsPerSecond, start),
      sources(SketchKey(seed, 9)),
      health(policy),
      leads(worker == 0),
      fresh_ticks(FreshTicksOf(policy)),
      swept_at(start),
      now(start),
      second(ToSecond(start)),
      tick(ToTick(start)),
      refused(SketchKey(seed, 8)) {
  SetFloodLimits(policy, flood);
  if (leads) checks.Adopt(policy, shared.checks, start);
  SetModes(*this, nullptr);
}

void Context::Reserve() {
  promises.Reserve();
  jar.Reserve(kMostEndpoints);
  for (FairShare* shares : {&slot_shares, &held_shares}) {
    shares->Reserve(kMaxServices, kMostEndpoints);
  }
  service_counters.reserve(kMaxServices);
  flood.reserve(kMaxServices);
  modes.reserve(kMaxServices);
  adaptive.reserve(kMaxServices);
  backend_counters.reserve(kMostEndpoints);
  backend_resets.reserve(kMostEndpoints);
  openings.reserve(kMostEndpoints);
  health.Reserve();
  if (leads) checks.Reserve();
}

void Context::Adopt(const Policy& next) {
  const Policy& before_policy = *policy;
  const Config &config = next.config(), &before = before_policy.config();
  policy = &next;
  promises.Adopt(next, now);
  jar.UseSecret(config.cookie.secret);
  jar.Unprepare();
  for (size_t id = jar.listeners(); id < next.listener_count(); ++id) {
    jar.Add(BindingOf(next, promises, static_cast<ListenerId>(id)));
  }
  for (FairShare* shares : {&slot_shares, &held_shares}) {
    shares->Grow(next.service_count(), next.backend_count() - 1, next.present_services() == 1,
                 next.present_backends() == 1);
  }
  service_counters.resize(next.service_count());
  backend_counters.resize(next.backend_count());
  backend_resets.resize(next.backend_count(), TokenBucket(kBackendResetsPerSecond, now));
  openings.resize(next.backend_count());
  SetFloodLimits(next, flood);
  SetModes(*this, &before_policy);
  health.Adopt(next, now);
  checks_seen = ~checks_seen;  // a new backend may be down already
  if (leads) checks.Adopt(next, shared.checks, now);
  wrong_cookie_resets.SetRate(config.handshake.wrong_cookie_resets_per_second);
  if (config.reflection != before.reflection) reflection = ReflectionLimitOf(next, seed, now);
  fresh_ticks = FreshTicksOf(next);
  shapes.Forget();
  memos = {};
}

}  // namespace synsplice
