#include "rate_limits.h"

#include "lists.h"

namespace synsplice {
namespace {

using Action = RateLimit::Action;

// What SYNs and connections have in common: a limit for each network, and one for all together.
struct Limits {
  const SourceRateLimit& per_source;
  const RateLimit& together;
  Reason source_reason, reason;  // why one is refused
  ServiceEvent would;
  SourceRates& rates;
  RateBucket& bucket;
  uint32_t service;
  Milliseconds patience{0};
};

Limits LimitsOfSyns(Context& context, const Listener& listener) {
  const ServiceConfig& service = context.policy->service(listener);
  return {service.syn_limit_per_source,
          service.syn_limit,
          Reason::kSynLimitPerSource,
          Reason::kSynLimit,
          ServiceEvent::kWouldSynLimitRejections,
          context.shared.syn_rates,
          context.shared.buckets[listener.service].syns,
          listener.service};
}

Limits LimitsOfAccepts(Context& context, const Listener& listener) {
  const ServiceConfig& service = context.policy->service(listener);
  return {service.accept_limit_per_source,
          service.accept_limit,
          Reason::kAcceptLimitPerSource,
          Reason::kAcceptLimit,
          ServiceEvent::kWouldAcceptLimitRejections,
          context.shared.accept_rates,
          context.shared.buckets[listener.service].accepts,
          listener.service,
          service.accept_limit.queue};
}

Address NetworkOf(const Address& client, const SourceRateLimit& limit) {
  return Mask(client, client.IsV4() ? limit.prefix_length_v4 : limit.prefix_length_v6);
}

// Refused, unless its action is to say so only. Monitor tells nobody: nothing has happened.
Reason OnOver(Context& context, const Subject& subject, const Limits& limits, bool of_source) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const RateLimit& limit = of_source ? limits.per_source : limits.together;
  const Reason reason = of_source ? limits.source_reason : limits.reason;
  const Address network = of_source ? NetworkOf(subject.key.client, limits.per_source) : Address{};
  if (!context.IsMonitored(listener)) NoteRefused(context, subject, network, reason);
  if (limit.action != Action::kLog) return reason;
  context.CountersOf(listener).Count(limits.would);
  return Reason::kNone;
}

SourceRates::Spot SpotOf(const Address& client, const Limits& limits) {
  return limits.rates.SpotOf(limits.service, NetworkOf(client, limits.per_source));
}

bool TakeOwn(Context& context, const Address& client, const Limits& limits) {
  return limits.rates.Take(SpotOf(client, limits), ShapeOf(limits.per_source), context.now);
}

void GiveOwnBack(const Address& client, const Limits& limits) {
  limits.rates.GiveBack(SpotOf(client, limits), ShapeOf(limits.per_source));
}

// Who is refused for all of them together keeps what is his: he may come again as often as he likes
// without being over his own.
RateVerdict TakeShared(Context& context, const Subject& subject, const Limits& limits,
                       bool has_own) {
  const auto at = limits.bucket.Take(ShapeOf(limits.together), context.now, limits.patience);
  if (at) return {Reason::kNone, *at, has_own, true};
  const Reason reason = OnOver(context, subject, limits, false);
  if (reason == Reason::kNone) return {reason, context.now, has_own};
  if (has_own) GiveOwnBack(subject.key.client, limits);
  return {reason, context.now};
}

// First his own: who is over it takes nothing from the others.
RateVerdict Take(Context& context, const Subject& subject, const Limits& limits) {
  const bool limits_own = limits.per_source.rate.count != 0;
  const bool has_own = limits_own && TakeOwn(context, subject.key.client, limits);
  if (limits_own && !has_own) {
    const Reason reason = OnOver(context, subject, limits, true);
    if (reason != Reason::kNone) return {reason, context.now};
  }
  if (limits.together.rate.count == 0) return {Reason::kNone, context.now, has_own};
  return TakeShared(context, subject, limits, has_own);
}

bool HasNoLimits(const Context& context, const Subject& subject) {
  return ListedOf(context, subject.key.client, subject.role.listener).tier == Tier::kAllow;
}

}  // namespace

RateVerdict TakeSynLimits(Context& context, const Subject& subject) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  if (!listener.limits_syns || HasNoLimits(context, subject)) return {Reason::kNone, context.now};
  return Take(context, subject, LimitsOfSyns(context, listener));
}

RateVerdict TakeAcceptLimits(Context& context, const Subject& subject) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const Limits limits = LimitsOfAccepts(context, listener);
  const bool limited = (limits.per_source.rate.count | limits.together.rate.count) != 0;
  if (!limited || HasNoLimits(context, subject)) return {Reason::kNone, context.now};
  return Take(context, subject, limits);
}

void GiveAcceptLimitsBack(Context& context, const Subject& subject, const RateVerdict& taken) {
  const Limits limits = LimitsOfAccepts(context, context.policy->listener(subject.role.listener));
  if (taken.has_own) GiveOwnBack(subject.key.client, limits);
  if (taken.has_shared) limits.bucket.GiveBack(ShapeOf(limits.together));
}

bool RefusesSilently(const ServiceConfig& service, Reason reason) {
  switch (reason) {
    case Reason::kSynLimit:
      return service.syn_limit.action == Action::kDrop;
    case Reason::kSynLimitPerSource:
      return service.syn_limit_per_source.action == Action::kDrop;
    case Reason::kAcceptLimit:
      return service.accept_limit.action == Action::kDrop;
    case Reason::kAcceptLimitPerSource:
      return service.accept_limit_per_source.action == Action::kDrop;
    case Reason::kConnlimit:
      return service.connlimit.action == ConnlimitConfig::Action::kDrop;
    case Reason::kInsideDown:
    case Reason::kBackendsDown:
      return service.when_down == ServiceConfig::WhenDown::kDrop;
    default:
      return false;
  }
}

void NoteRefused(Context& context, const Subject& subject, const Address& network, Reason reason) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const Address& client = subject.key.client;
  const bool is_new =
      context.refused.Note(network, {client, listener.service, context.now, reason});
  if (is_new && !context.PassesStrangers(subject.role)) {
    NoteOverLimit(context, client, listener, reason);
  }
}

}  // namespace synsplice
