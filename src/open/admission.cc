#include "admission.h"

#include "answer/lists.h"
#include "splice/teardown.h"

namespace synsplice {
namespace {

struct Newcomer {
  FlowShares::Holder holder;
  uint32_t count;   // what its holder has
  bool is_used_up;  // its holder's share
};

// In the order in which they give way.
enum class Class : uint8_t { kEnded, kTimeWait, kClosing, kUnanswered, kActive };

Class ClassOf(const Flow& flow) {
  switch (flow.phase()) {
    case Phase::kClosed:
    case Phase::kRefused:
      return Class::kEnded;
    case Phase::kTimeWait:
      return Class::kTimeWait;
    case Phase::kClosing:
      return Class::kClosing;
    case Phase::kWaiting:
    case Phase::kAborted:
      return Class::kUnanswered;
    case Phase::kEstablished:
    case Phase::kClientClosed:
    case Phase::kServerClosed:
      break;
  }
  return flow.unanswered ? Class::kUnanswered : Class::kActive;
}

// Too young to be given up for an equal.
bool IsFresh(Context& context, const Flow& flow) {
  const TimeoutConfig& timeouts = context.policy->config().timeouts;
  if (flow.phase() == Phase::kClosing) return false;
  if (IsWaiting(flow.phase())) {
    return context.now - context.SlotOf(flow).opened <= timeouts.evictable_wait;
  }
  const Seconds idle = flow.IdleAt(context.now);
  // What is less than a tick ago may be in the one before.
  if (flow.unanswered) return idle < timeouts.evictable_wait + kTick;
  return idle <= timeouts.evictable_idle;
}

// Lower goes first: of a class the largest holder's, of those the longest idle.
int64_t RankOf(const Context& context, const Flow& flow, uint32_t count) {
  constexpr int kIdleBits = 20;
  constexpr int64_t kLongestIdle = (1 << kIdleBits) - 1;
  const int64_t freshness = kLongestIdle - flow.IdleAt(context.now).count();
  return static_cast<int64_t>(ClassOf(flow)) << (kIdleBits + 32) | int64_t{~count} << kIdleBits |
         freshness;
}

// Negative: stays. Whoever holds clearly more takes nothing from who holds less, and loses what is
// fresh too; whose share is used up makes room himself.
int64_t EvictionRank(Context& context, const Newcomer& newcomer, const Flow& flow) {
  if (!IsLive(flow.phase())) return newcomer.is_used_up ? -1 : RankOf(context, flow, 0);
  const FlowShares::Holder holder = Context::EntryHolderOf(flow);
  if (newcomer.is_used_up && holder != newcomer.holder) return -1;
  const FlowShares& shares = context.flow_shares;
  const uint32_t count = shares.Of(holder);
  if (shares.IsClearlyMore(newcomer.count, count)) return -1;
  if (IsFresh(context, flow) && !shares.IsClearlyMore(count, newcomer.count)) return -1;
  return RankOf(context, flow, count);
}

template <typename Rank>
Flow* Evict(Context& context, const Subject& subject, uint16_t listener, Rank&& rank) {
  Flow* victim = context.flows.ChooseVictim(subject.hash, rank);
  if (!victim) return nullptr;
  context.counters.Count(Event::kFlowsEvicted);
  RemoveFlow(context, *victim);
  return context.flows.Insert(subject.hash, subject.key, listener);
}

// An entry that nobody misses. What has ended gives way before others move: where that is needed,
// they look for a place for long.
Flow* TakeUnused(Context& context, const Subject& subject, uint16_t listener) {
  Flow* flow = context.flows.InsertWhereFree(subject.hash, subject.key, listener);
  if (flow) return flow;
  flow = Evict(context, subject, listener, [&](const Flow& candidate) {
    return ClassOf(candidate) == Class::kEnded ? RankOf(context, candidate, 0) : -1;
  });
  return flow ? flow : context.flows.Insert(subject.hash, subject.key, listener);
}

}  // namespace

Flow* InsertFlow(Context& context, const Subject& subject, uint16_t listener, Opener opener) {
  const bool by_server = opener == Opener::kServer;
  const auto holder = by_server ? FlowShares::kServers : PrefixOf(subject.key.client);
  const uint32_t count = context.flow_shares.Of(holder);
  const Newcomer newcomer{holder, count, context.flow_shares.IsUsedUp(count)};
  Flow* flow = newcomer.is_used_up ? nullptr : TakeUnused(context, subject, listener);
  if (!flow) {
    flow = Evict(context, subject, listener,
                 [&](const Flow& candidate) { return EvictionRank(context, newcomer, candidate); });
  }
  if (!flow) return nullptr;
  flow->server_opened = by_server;
  context.flow_shares.Take(holder);
  return flow;
}

Address ConnlimitNetworkOf(const Context& context, const Subject& subject) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const ConnlimitConfig& limit = context.policy->service(listener).connlimit;
  const Address& client = subject.key.client;
  return Mask(client, client.IsV4() ? limit.prefix_length_v4 : limit.prefix_length_v6);
}

ConnlimitPlace TakeConnlimit(Context& context, const Subject& subject) {
  const Listener& listener = context.policy->listener(subject.role.listener);
  const uint32_t above = context.policy->service(listener).connlimit.above;
  if (above == 0) return {};
  const Listed listed = ListedOf(context, subject.key.client, subject.role.listener);
  if (listed.tier == Tier::kAllow) return {};
  const Address network = ConnlimitNetworkOf(context, subject);
  const auto result = context.shared.connlimit.Open(listener.service, network, above);
  switch (result.judgement) {
    case ConnlimitTable::Judgement::kCounted:
      return {true, result.slot, Reason::kNone};
    case ConnlimitTable::Judgement::kOverLimit:
      return {false, 0, Reason::kConnlimit};
    case ConnlimitTable::Judgement::kTableFull:
      break;
  }
  return {false, 0, Reason::kConnlimitTableFull};
}

}  // namespace synsplice
