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

bool Fits(const std::optional<VlanEndpoint>& wanted, const VlanEndpoint& at) {
  if (!wanted) return true;
  return wanted->vlan ? *wanted == at : wanted->endpoint == at.endpoint;
}

// What a server has opened is its own affair.
bool IsBlocked(const Context& context, const Flow& flow) {
  if (flow.server_opened || context.IsMonitored(context.ListenerOf(flow))) return false;
  return ListedOf(context, flow.client, flow.listener).tier == Tier::kBlock;
}

bool Fits(const Context& context, const FlowFilter& filter, const Flow& flow) {
  if (filter.client && !filter.client->Contains(flow.client)) return false;
  const Listener& listener = context.ListenerOf(flow);
  if (filter.blocked && !IsBlocked(context, flow)) return false;
  return Fits(filter.client_port, flow.client_port) && Fits(filter.phase, flow.phase()) &&
         Fits(filter.service, listener.service) && Fits(filter.listener, listener.at()) &&
         Fits(filter.backend, context.BackendOf(flow).at());
}

FlowRecord::Wait WaitOf(const Context& context, const HandshakeSlot& slot) {
  return {context.now - slot.opened, slot.retries, slot.wait == kNeighbourWait, !slot.called,
          slot.held_frames};
}

FlowRecord RecordOf(Context& context, const Flow& flow) {
  const Listener& listener = context.ListenerOf(flow);
  FlowRecord record{flow,
                    listener.at(),
                    context.BackendOf(flow).at(),
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

// Places of a table: take(place) fills record `reply.count`, or answers false where the place has
// nothing that was asked for.
struct Table {
  uint64_t size;
  bool (*take)(Context& context, const Request& request, uint32_t place, Reply& reply);
};

bool TakeLiveFlow(Context& context, const Request& request, Flow& flow, Reply& reply) {
  if (IsExpired(context, flow) || !Fits(context, request.filter, flow)) return false;
  reply.flows[reply.count] = RecordOf(context, flow);
  return true;
}

bool TakeFlow(Context& context, const Request& request, uint32_t place, Reply& reply) {
  if (!context.flows.IsLive(place)) return false;
  return TakeLiveFlow(context, request, context.flows.At(place), reply);
}

bool ClearFlow(Context& context, const Request& request, uint32_t place, Reply& reply) {
  if (!context.flows.IsLive(place)) return false;
  Flow& flow = context.flows.At(place);
  if (flow.phase() == Phase::kRefused || !TakeLiveFlow(context, request, flow, reply)) return false;
  Clear(context, flow);
  return true;
}

// A free slot may name a flow that has gone on without it.
bool TakeHandshake(Context& context, const Request& request, uint32_t place, Reply& reply) {
  const uint32_t index = context.slots[place].flow_index;
  if (!context.flows.IsLive(index)) return false;
  Flow& flow = context.flows.At(index);
  if (!IsWaiting(flow.phase()) || flow.delta_or_slot != place) return false;
  return TakeLiveFlow(context, request, flow, reply);
}

bool TakeLimit(Context& context, const Request& request, uint32_t place, Reply& reply) {
  const auto count = context.shared.connlimit.At(place);
  if (!count || count->connections < request.least) return false;
  const FlowFilter& filter = request.filter;
  if (!Fits(filter.service, count->service)) return false;
  if (filter.client && !filter.client->Contains(count->network)) return false;
  const ConnlimitConfig& limit = context.policy->service(count->service).connlimit;
  const bool v4 = count->network.IsV4();
  reply.limits[reply.count] = {
      {count->network, v4 ? limit.prefix_length_v4 : limit.prefix_length_v6},
      count->service,
      count->connections,
      limit.above};
  return true;
}

bool TakeNeighbour(Context& context, const Request&, uint32_t place, Reply& reply) {
  const auto known = context.shared.neighbours.At(place);
  if (!known) return false;
  NeighbourRecord& record = reply.neighbours[reply.count];
  record = {known->vids, known->neighbour, known->mac, context.now - known->used, {}};
  if (known->learned) record.learned = context.now - *known->learned;
  return true;
}

// Ids start at 1.
bool TakePromise(Context& context, const Request& request, uint32_t place, Reply& reply) {
  if (place == 0) return false;
  const auto id = static_cast<ListenerId>(place);
  const Listener& listener = context.policy->listener(id);
  const FlowFilter& filter = request.filter;
  if (listener.IsRemoved() || !Fits(filter.service, listener.service) ||
      !Fits(filter.listener, listener.at())) {
    return false;
  }
  PromiseRecord& record = reply.promises[reply.count];
  record = {listener.at(), listener.service, context.promises.Current(id), {}};
  if (id < context.promises.prepared()) record.next = context.promises.Next(id);
  return true;
}

Table TableOf(const Context& context, Request::Kind kind) {
  switch (kind) {
    case Request::Kind::kListHandshakes:
      return {context.slots.entries(), TakeHandshake};
    case Request::Kind::kListLimits:
      return {context.shared.connlimit.entries(), TakeLimit};
    case Request::Kind::kListNeighbours:
      return {NeighbourTable::kEntries, TakeNeighbour};
    case Request::Kind::kListPromises:
      return {context.policy->listener_count(), TakePromise};
    case Request::Kind::kClearFlows:
      return {context.flows.capacity(), ClearFlow};
    case Request::Kind::kListFlows:
    case Request::Kind::kAdoptPolicy:
    case Request::Kind::kPassed:
      break;
  }
  return {context.flows.capacity(), TakeFlow};
}

}  // namespace

void AnswerRequest(Context& context, const Request& request, Reply& reply) {
  if (request.kind == Request::Kind::kPassed) return;
  if (request.kind == Request::Kind::kAdoptPolicy) return context.Adopt(*request.policy);
  const Table table = TableOf(context, request.kind);
  const uint64_t end = std::min(request.cursor + kEntriesPerAnswer, table.size);
  const size_t most = std::min(request.most, Reply::kMostRecords);
  uint64_t i = request.cursor;
  reply.count = 0;
  for (; i < end && reply.count < most; ++i) {
    reply.count += table.take(context, request, static_cast<uint32_t>(i), reply);
  }
  reply.next = static_cast<uint32_t>(i);
  reply.end = i >= table.size;
}

}  // namespace synsplice
