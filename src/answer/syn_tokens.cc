#include "syn_tokens.h"

#include <algorithm>
#include <span>

#include "rate_limits.h"

namespace synsplice {
namespace {

bool IsListed(const SynBatch& syns, size_t index) {
  return syns.any_listed && syns.syns[index].listed.list != 0;
}

// Allowed clients have no limits.
bool IsAllowed(const SynBatch& syns, size_t index) {
  return IsListed(syns, index) && syns.syns[index].listed.tier == Tier::kAllow;
}

// A listed client's is a run by itself, so that others' need not look for him.
bool IsAlike(const SynBatch& syns, const SynKind& kind, size_t first, size_t index) {
  return syns.syns[index].kind == kind.key &&
         (index == first || (!IsListed(syns, first) && !IsListed(syns, index)));
}

void FetchOwn(Context& context, const SynLimits& limits, size_t index) {
  SynBatch& syns = context.syns;
  const SourceRates& rates = context.shared.syn_rates;
  syns.spots[index] = rates.SpotOf(limits.service, syns.cookies.ClientAt(index) & limits.network);
  rates.Prefetch(syns.spots[index]);
}

// Where those end that are like the first one. Each one's bucket is fetched, once, however often
// what stands behind a refused one is looked at again.
size_t EndOfAlike(Context& context, const SynKind& kind, size_t first, size_t end) {
  SynBatch& syns = context.syns;
  const bool has_own = kind.limits->own.has_value();
  size_t i = first;
  for (; i < end && IsAlike(syns, kind, first, i); ++i) {
    if (has_own && i >= syns.spotted) FetchOwn(context, *kind.limits, i);
  }
  if (has_own) syns.spotted = std::max(syns.spotted, i);
  return i;
}

// The first one whose network has none.
size_t TakeOwn(Context& context, const SynLimits& limits, size_t first, size_t end) {
  const auto spots = std::span(context.syns.spots).subspan(first, end - first);
  return first + context.shared.syn_rates.Take(spots, *limits.own, context.now);
}

void GiveOwnBack(Context& context, const SynLimits& limits, size_t first, size_t end) {
  if (!limits.own) return;
  for (size_t i = first; i < end; ++i) {
    context.shared.syn_rates.GiveBack(context.syns.spots[i], *limits.own);
  }
}

}  // namespace

std::optional<SynLimits> SynLimitsOf(const Context& context, const Listener& listener) {
  if (!listener.limits_syns) return {};
  const ServiceConfig& service = context.policy->service(listener);
  const SourceRateLimit& own = service.syn_limit_per_source;
  const bool v4 = listener.endpoint.address.IsV4();
  SynLimits limits;
  limits.service = listener.service;
  if (own.rate.count != 0) limits.own = ShapeOf(own);
  if (service.syn_limit.rate.count != 0) limits.together = ShapeOf(service.syn_limit);
  limits.network = MaskWords(v4, v4 ? own.prefix_length_v4 : own.prefix_length_v6);
  return limits;
}

// First each one's own, as in the general path: who is over it takes nothing from the others.
size_t TakeSynTokens(Context& context, const SynKind& kind, size_t first, size_t count) {
  if (IsAllowed(context.syns, first)) return 1;
  const SynLimits& limits = *kind.limits;
  size_t end = EndOfAlike(context, kind, first, first + count);
  if (limits.own) end = TakeOwn(context, limits, first, end);
  const auto wanted = static_cast<uint32_t>(end - first);
  if (!limits.together || wanted == 0) return wanted;
  RateBucket& bucket = context.shared.buckets[limits.service].syns;
  const uint32_t taken = bucket.TakeUpTo(wanted, *limits.together, context.now);
  GiveOwnBack(context, limits, first + taken, end);
  return taken;
}

void GiveSynTokensBack(Context& context, const SynKind& kind, size_t first, size_t count) {
  if (count == 0 || IsAllowed(context.syns, first)) return;
  const SynLimits& limits = *kind.limits;
  GiveOwnBack(context, limits, first, first + count);
  if (!limits.together) return;
  context.shared.buckets[limits.service].syns.GiveBack(*limits.together,
                                                       static_cast<uint32_t>(count));
}

}  // namespace synsplice
