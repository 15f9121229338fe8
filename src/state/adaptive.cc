#include "adaptive.h"

#include <algorithm>

namespace synsplice {
namespace {

ServiceLoad& LoadOf(Context& context, uint16_t number) { return context.shared.loads[number]; }

// A service that was not there before may have connections that are older than it.
Seconds GraceOf(const ServiceConfig& service, bool is_new) {
  const bool adopts = !is_new || service.adopt == ServiceConfig::Adopt::kOnStart;
  return adopts ? service.grace : Seconds(0);
}

void SetMode(Context& context, uint16_t number, bool is_new) {
  const ServiceConfig& service = context.policy->service(number);
  const bool challenges = service.mode == Mode::kAlways ||
                          (service.mode == Mode::kAdaptive &&
                           LoadOf(context, number).is_attack.load(std::memory_order_relaxed));
  context.modes[number].Set(challenges, GraceOf(service, is_new), context.now);
  context.service_counters[number].SetChallenged(challenges);
}

bool IsAdaptive(const Policy& policy, uint16_t number) {
  return !policy.IsServiceRemoved(number) && policy.service(number).mode == Mode::kAdaptive;
}

AttackJudge::Sums SumsOf(const ServiceCounters& counters) {
  const auto get = [&](ServiceEvent event) { return static_cast<int64_t>(counters.Get(event)); };
  return {get(ServiceEvent::kSyns),
          get(ServiceEvent::kConnectionsOpened) + get(ServiceEvent::kConnectionsNoted), 0};
}

// What all workers have seen.
AttackJudge::Sums AllOf(Context& context, uint16_t number) {
  const auto get = [](const std::atomic<uint64_t>& sum) {
    return static_cast<int64_t>(sum.load(std::memory_order_relaxed));
  };
  const ServiceLoad& load = LoadOf(context, number);
  return {get(load.syns), get(load.completed), get(context.shared.outside_bytes)};
}

// One that goes on being adaptive is judged by what it was.
void ListAdaptive(Context& context) {
  std::erase_if(context.adaptive, [&](const AdaptiveService& service) {
    return !IsAdaptive(*context.policy, service.number);
  });
  for (uint16_t number = 0; number < context.policy->service_count(); ++number) {
    if (!IsAdaptive(*context.policy, number)) continue;
    const auto known = std::ranges::find(context.adaptive, number, &AdaptiveService::number);
    if (known != context.adaptive.end()) continue;
    context.adaptive.push_back({number, SumsOf(context.service_counters[number]),
                                AttackJudge(context.now, AllOf(context, number))});
  }
}

void Tell(Context& context, AdaptiveService& service) {
  const AttackJudge::Sums sums = SumsOf(context.service_counters[service.number]);
  ServiceLoad& load = LoadOf(context, service.number);
  load.syns.fetch_add(static_cast<uint64_t>(sums.syns - service.told.syns),
                      std::memory_order_relaxed);
  load.completed.fetch_add(static_cast<uint64_t>(sums.completed - service.told.completed),
                           std::memory_order_relaxed);
  service.told = sums;
}

void JudgeLoad(Context& context, AdaptiveService& service) {
  const AdaptiveConfig& config = context.policy->service(service.number).adaptive;
  ServiceLoad& load = LoadOf(context, service.number);
  const bool is_attack = service.judge.Look(config, context.now, AllOf(context, service.number),
                                            load.risk_percent.load(std::memory_order_relaxed));
  load.is_attack.store(is_attack, std::memory_order_relaxed);
}

}  // namespace

void SetModes(Context& context, const Policy* before) {
  const Policy& policy = *context.policy;
  context.modes.resize(policy.service_count());
  ListAdaptive(context);
  for (uint16_t number = 0; number < policy.service_count(); ++number) {
    const bool is_new =
        !before || number >= before->service_count() || before->IsServiceRemoved(number);
    if (is_new) context.modes[number] = {};
    const bool forget = context.leads && !IsAdaptive(policy, number);
    if (forget) LoadOf(context, number).is_attack.store(false, std::memory_order_relaxed);
    SetMode(context, number, is_new);
  }
}

void FollowLoads(Context& context) {
  if (context.adaptive.empty()) return;
  const bool looks = context.now >= context.loads_at;
  if (looks) context.loads_at = context.now + AttackJudge::kLook;
  for (AdaptiveService& service : context.adaptive) {
    if (looks) Tell(context, service);
    if (looks && context.leads) JudgeLoad(context, service);
    SetMode(context, service.number, false);
  }
}

}  // namespace synsplice
