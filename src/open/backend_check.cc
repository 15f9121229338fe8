#include "backend_check.h"

#include <algorithm>

#include "answer/answer.h"
#include "answer/neighbours.h"

namespace synsplice {
namespace {

// In one Tick, beside what the other timers send: a look makes two frames at most.
constexpr size_t kLooksPerTick = 64;
constexpr size_t kFramesPerTick = 16;

constexpr uint16_t kWindow = 65535;
constexpr uint16_t kMssV4 = 1460, kMssV6 = 1440;

L2Header HeaderTo(const Context& context, const HealthConfig& health, const Backend& backend) {
  L2Header l2;
  l2.length = kEthernetLength;
  if (const uint16_t vlan = Policy::CheckVlanOf(health, backend); vlan != 0) {
    StoreBe16(&l2.bytes[l2.length - 2], kEtherTypeVlan);
    StoreBe16(&l2.bytes[l2.length], vlan);
    l2.length += kTagLength;
  }
  l2.set_source(context.shared.inside_mac);
  l2.set_ether_type(backend.endpoint.address.IsV4() ? kEtherTypeIpv4 : kEtherTypeIpv6);
  return l2;
}

// Asks for the neighbour's MAC where that is due.
std::optional<Mac> NextHopTo(Context& context, const HealthConfig& health, const Backend& backend,
                             CheckPlan::Check& check) {
  if (backend.mac) return backend.mac;
  const Vids vids{Policy::CheckVlanOf(health, backend), 0};
  const L2Header l2 = HeaderTo(context, health, backend);
  check.asked |= AskForNeighbour(context, vids, backend, l2, !check.answered);
  return context.shared.neighbours.Find(vids, backend.neighbour, context.now);
}

void SendSyn(Context& context, BackendId id, const HealthConfig& health, const Mac& to) {
  const Backend& backend = context.policy->backend(id);
  const BackendChecks::Call call = context.shared.checks.CallOf(id);
  Segment syn;
  syn.source = {Policy::SourceOf(health, backend), call.port};
  syn.destination = backend.endpoint;
  syn.seq = call.isn;
  syn.flags = kSyn;
  syn.window = kWindow;
  syn.mss = backend.endpoint.address.IsV4() ? kMssV4 : kMssV6;
  L2Header l2 = HeaderTo(context, health, backend);
  l2.set_destination(to);
  Outbox::Frame& frame = context.outbox->Add(Side::kInside);
  frame.length = static_cast<uint16_t>(Compose(frame.bytes.data(), l2, syn));
  context.counters.Count(Event::kBackendChecks);
}

// As soon as it is known where to.
void CallOnce(Context& context, BackendId id, const HealthConfig& health) {
  CheckPlan::Check& check = context.checks.Of(id);
  if (check.sent) return;
  const Backend& backend = context.policy->backend(id);
  const auto mac = NextHopTo(context, health, backend, check);
  if (!mac) return;
  SendSyn(context, id, health, *mac);
  check.sent = true;
}

void Begin(Context& context, BackendId id, const HealthConfig& health) {
  CheckPlan::Check& check = context.checks.Of(id);
  context.shared.checks.Of(id).round.fetch_add(1, std::memory_order_relaxed);
  check.open = true;
  check.asked = check.sent = false;
  check.deadline = context.now + health.timeout;
  // Late ones are left out, the phase stays.
  check.due += health.interval * ((context.now - check.due) / health.interval + 1);
}

void Conclude(Context& context, BackendId id, const HealthConfig& health, CheckResult result) {
  CheckPlan::Check& check = context.checks.Of(id);
  BackendChecks::Record& record = context.shared.checks.Of(id);
  check.open = false;
  check.answered = result == CheckResult::kAnswered;
  record.result.store(static_cast<uint8_t>(result), std::memory_order_relaxed);
  record.checked_at.store(ToMilliseconds(context.now), std::memory_order_relaxed);
  record.counts[static_cast<size_t>(result)].Add(1);
  if (!check.health.OnCheck(check.answered, health.rise, health.fall)) return;
  context.shared.checks.SetDown(id, !check.health.is_up(), context.now);
}

void Look(Context& context, BackendId id) {
  const HealthConfig& health = *context.policy->HealthOf(id);
  CheckPlan::Check& check = context.checks.Of(id);
  if (!check.open) {
    if (context.now < check.due) return;
    Begin(context, id, health);
  }
  if (const auto answer = context.shared.checks.AnswerTo(id)) {
    return Conclude(context, id, health, *answer);
  }
  if (context.now < check.deadline) return CallOnce(context, id, health);
  if (check.sent) return Conclude(context, id, health, CheckResult::kSilent);
  if (check.asked) return Conclude(context, id, health, CheckResult::kNoNeighbour);
  check.open = false;  // neighbours are asked once a second: nobody has failed to answer
}

// Through a port that is down nobody can be asked, and nobody is found down for it.
void Suspend(Context& context) {
  for (size_t i = 0; i < std::min(context.checks.size(), kLooksPerTick); ++i) {
    context.checks.Of(context.checks.Step()).open = false;
  }
}

void Ask(Context& context) {
  if (!context.inside_up) return Suspend(context);
  const size_t most = context.outbox->frames().size() + kFramesPerTick;
  for (size_t i = 0; i < std::min(context.checks.size(), kLooksPerTick); ++i) {
    if (context.outbox->frames().size() >= most) return;
    Look(context, context.checks.Step());
  }
}

}  // namespace

void RunChecks(Context& context) {
  if (context.checks.size() != 0) Ask(context);
  const uint64_t generation = context.shared.checks.generation();
  if (generation == context.checks_seen) return;
  context.checks_seen = generation;
  context.health.Follow(context.shared.checks);
}

std::optional<Verdict> OnCheckAnswer(Context& context, Subject& subject) {
  const Packet& packet = subject.packet;
  const BackendId id = subject.role.backend;
  const HealthConfig& health = *context.policy->HealthOf(id);
  const BackendChecks::Call call = context.shared.checks.CallOf(id);
  const Backend& backend = context.policy->backend(id);
  const bool refused = packet.Has(kRst), answered = packet.Has(kSyn);
  if (packet.destination.address != Policy::SourceOf(health, backend) ||
      packet.destination.port != call.port || !packet.Has(kAck) || packet.ack != call.isn + 1 ||
      !(refused || answered) || subject.Damage() != Reason::kNone) {
    return std::nullopt;
  }
  context.shared.checks.NoteAnswer(id, call.round,
                                   refused ? CheckResult::kRefused : CheckResult::kAnswered);
  return refused ? Verdict::Consumed() : BounceReset(context, subject, Reason::kNone);
}

}  // namespace synsplice
