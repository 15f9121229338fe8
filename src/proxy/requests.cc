#include "requests.h"

#include <algorithm>

#include "answer/lists.h"
#include "open/backend.h"
#include "splice/teardown.h"

namespace synsplice {
namespace {

constexpr uint64_t kEntriesPerAnswer = 2048;

template <typename T>
bool Fits(const std::optional<T>& wanted, const T& value) {
  return !wanted || *wanted == value;
}

// What a server has opened is its own affair.
bool IsBlocked(const Context& context, const Flow& flow) {
  return !flow.server_opened && ListedOf(context, flow.client, flow.listener).tier == Tier::kBlock;
}

bool Fits(const Context& context, const FlowFilter& filter, const Flow& flow) {
  if (filter.client && !filter.client->Contains(flow.client)) return false;
  const Listener& listener = context.ListenerOf(flow);
  if (filter.blocked && !IsBlocked(context, flow)) return false;
  return Fits(filter.client_port, flow.client_port) && Fits(filter.phase, flow.phase()) &&
         Fits(filter.service, listener.service) && Fits(filter.listener, listener.endpoint) &&
         Fits(filter.backend, context.BackendOf(flow).endpoint);
}

FlowRecord::Wait WaitOf(const Context& context, const HandshakeSlot& slot) {
  return {context.now - slot.opened, slot.retries, slot.wait == kNeighbourWait, slot.held_frames};
}

FlowRecord RecordOf(Context& context, const Flow& flow) {
  const Listener& listener = context.ListenerOf(flow);
  FlowRecord record{flow,
                    listener.endpoint,
                    context.BackendOf(flow).endpoint,
                    listener.service,
                    flow.IdleAt(context.now),
                    TimeoutOf(context, flow),
                    {}};
  if (IsWaiting(flow.phase())) record.wait = WaitOf(context, context.SlotOf(flow));
  return record;
}

void Clear(Context& context, Flow& flow) {
  if (IsWaiting(flow.phase())) return EndHandshake(context, flow);
  MovePhase(context, flow, PhaseEvent::kCleared);
  flow.only_fields = 0;  // the short way asks for no phase
  flow.last_seen = ToTick(context.now);
}

}  // namespace

void AnswerRequest(Context& context, const Request& request, Reply& reply) {
  if (request.kind == Request::Kind::kPassed) return;
  if (request.kind == Request::Kind::kAdoptPolicy) return context.Adopt(*request.policy);
  const uint64_t capacity = context.flows.capacity();
  const uint64_t end = std::min(request.cursor + kEntriesPerAnswer, capacity);
  const size_t most = std::min(request.most, Reply::kMostFlows);
  const bool clears = request.kind == Request::Kind::kClearFlows;
  uint64_t i = request.cursor;
  reply.count = 0;
  for (; i < end && reply.count < most; ++i) {
    const auto index = static_cast<uint32_t>(i);
    if (!context.flows.IsLive(index)) continue;
    Flow& flow = context.flows.At(index);
    if (IsExpired(context, flow) || !Fits(context, request.filter, flow)) continue;
    if (clears && flow.phase() == Phase::kRefused) continue;
    reply.flows[reply.count++] = RecordOf(context, flow);
    if (clears) Clear(context, flow);
  }
  reply.next = static_cast<uint32_t>(i);
  reply.end = i >= capacity;
}

}  // namespace synsplice
