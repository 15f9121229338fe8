#include "appliance.h"

#include "support/counters_agree.h"
#include "synsplice/flow/handshake_slots.h"

namespace synsplice::sim {
namespace {

constexpr size_t kTailroom = kMaxComposedLength;
// The low 32 bits of the milliseconds wrap in the first seconds of a run.
constexpr Time kStart = FromMilliseconds(396 * (int64_t{1} << 32) - 1500);

// In milliseconds: now and then in the time before an epoch turns.
constexpr int64_t kAdoptEach = 1777;
constexpr const char* kOther = "nobody asks";

bool IsSyn(const Packet& packet) {
  const auto frame = test::ReadTcpFrame(packet.bytes);
  return frame && (frame->flags & test::kS);
}

}  // namespace

Appliance::Appliance(Surroundings& world, const Scenario& scenario, Random& random)
    : world_(world),
      random_(random),
      policy_(std::make_unique<Policy>(scenario.config)),
      switches_(scenario.switches),
      memory_(scenario.config, scenario.workers),
      shared_(memory_.state(), {1, 2}, kOutsideMac, kInsideMac),
      seed_{random.Next(), random.Next()},
      owner_(seed_, scenario.workers),
      fragments_(seed_) {
  // Half of the worlds keep theirs: another policy makes the workers forget what has grown old too.
  if (!scenario.switches && seed_.k0 % 2 == 0) adopt_at_ = INT64_MAX;
  for (unsigned i = 0; i < scenario.workers; ++i) {
    workers_.push_back({std::make_unique<Proxy>(*policy_, shared_, seed_, kStart, i),
                        std::vector<std::vector<Packet>>(
                            HandshakeSlots::EntriesFor(scenario.config.handshake.slots))});
  }
}

Time Appliance::Now() const { return kStart + Milliseconds(world_.now()); }

void Appliance::Process(Side side, std::vector<Packet>& packets) {
  if (workers_.size() == 1) return ProcessBurst(workers_[0], side, packets);
  const auto count = static_cast<unsigned>(workers_.size());
  std::vector<std::vector<Packet>> bursts(count);
  for (Packet& packet : packets) {
    const auto owner = OwnerOf(owner_, *policy_, fragments_, side, packet.bytes);
    bursts[owner ? *owner : random_.Below(count)].push_back(std::move(packet));
  }
  packets.clear();
  for (unsigned i = 0; i < count; ++i) {
    if (!bursts[i].empty()) ProcessBurst(workers_[i], side, bursts[i]);
  }
}

void Appliance::ProcessBurst(Worker& worker, Side side, std::vector<Packet>& packets) {
  FrameBuffer buffers[kMaxBurst];
  synsplice::Verdict verdicts[kMaxBurst];
  const size_t count = packets.size();
  for (size_t i = 0; i < count; ++i) {
    test::Bytes& bytes = packets[i].bytes;
    const auto length = static_cast<uint32_t>(bytes.size());
    bytes.resize(length + kTailroom);
    buffers[i] = {bytes.data(), length, static_cast<uint32_t>(bytes.size())};
  }
  worker.proxy->Process(side, Now(), {buffers, count}, {verdicts, count}, outbox_);
  for (size_t i = 0; i < count; ++i) {
    packets[i].bytes.resize(buffers[i].length);
    Apply(worker, side, verdicts[i], packets[i]);
  }
  packets.clear();
  EmptyOutbox(worker);
}

void Appliance::Apply(Worker& worker, Side side, synsplice::Verdict verdict, Packet& packet) {
  using Kind = synsplice::Verdict::Kind;
  world_.OnVerdict(side, verdict, packet);
  switch (verdict.kind) {
    case Kind::kForward:
      // The backend's SYN-ACK has become the client's window update, or it passes as it is.
      if (side == Side::kInside && (packet.origin.flags & test::kS) && !IsSyn(packet)) {
        packet.origin = {.maker = Origin::Maker::kProxy};
      }
      return world_.FromProxy(Other(side), std::move(packet));
    case Kind::kBounce:
      packet.origin = {
          .maker = Origin::Maker::kProxy, .length = packet.origin.length, .reason = verdict.reason};
      return world_.FromProxy(side, std::move(packet));
    case Kind::kHold:
      worker.held[verdict.slot].push_back(std::move(packet));
      return;
    case Kind::kConsumed:
    case Kind::kDrop:
      return;
  }
}

void Appliance::EmptyOutbox(Worker& worker) {
  for (const Outbox::Frame& frame : outbox_.frames()) {
    Packet packet;
    packet.bytes.assign(frame.view().begin(), frame.view().end());
    packet.origin.maker = Origin::Maker::kProxy;
    world_.FromProxy(frame.to, std::move(packet));
  }
  std::vector<std::vector<Packet>> released;
  for (const Outbox::SlotEvent& event : outbox_.slot_events()) {
    std::vector<Packet>& held = worker.held[event.slot];
    if (held.empty()) world_.Fail("a slot event for a slot that holds nothing");
    if (event.kind == Outbox::SlotEvent::Kind::kRelease) released.push_back(std::move(held));
    held.clear();
  }
  outbox_.Clear();
  for (auto& packets : released) ProcessBurst(worker, Side::kOutside, packets);
}

// Nobody notices: what comes and goes is a service that no host asks for, and what mode the other
// one is in.
void Appliance::AdoptAnother() {
  Config config = policy_->config();
  if (config.services.back().name == kOther) {
    config.services.pop_back();
  } else {
    config.services.emplace_back().name = kOther;
    config.services.back().listen = {*ParseEndpoint("192.0.2.1:1"),
                                     *ParseEndpoint("[2001:db8:ffff::1]:1")};
  }
  constexpr Mode kModes[] = {Mode::kOff, Mode::kMonitor, Mode::kAlways};
  if (switches_) config.services[0].mode = kModes[random_.Below(3)];
  auto next = std::make_unique<Policy>(std::move(config), *policy_);
  if (!next->obstacles().empty()) world_.Fail("a policy that cannot follow");
  Request request;
  request.kind = Request::Kind::kAdoptPolicy;
  request.policy = next.get();
  for (Worker& worker : workers_) {
    Reply reply;
    worker.proxy->Answer(Now(), request, reply, outbox_);
    EmptyOutbox(worker);
  }
  policy_ = std::move(next);
}

void Appliance::Tick() {
  if (world_.now() >= adopt_at_) {
    AdoptAnother();
    adopt_at_ = world_.now() + kAdoptEach;
  }
  for (Worker& worker : workers_) {
    bool more = true;
    while (more) {
      more = worker.proxy->Tick(Now(), outbox_);
      EmptyOutbox(worker);
    }
  }
}

size_t Appliance::flow_count() const {
  size_t count = 0;
  for (const Worker& worker : workers_) count += worker.proxy->flow_count();
  return count;
}

size_t Appliance::handshake_count() const {
  size_t count = 0;
  for (const Worker& worker : workers_) count += worker.proxy->handshake_count();
  return count;
}

size_t Appliance::held_count() const {
  size_t count = 0;
  for (const Worker& worker : workers_) {
    for (const auto& held : worker.held) count += held.size();
  }
  return count;
}

uint64_t Appliance::Count(Event event) const {
  uint64_t count = 0;
  for (const Worker& worker : workers_) count += worker.proxy->counters().Get(event);
  return count;
}

uint64_t Appliance::Count(Reason reason) const {
  uint64_t count = 0;
  for (const Worker& worker : workers_) count += worker.proxy->counters().Get(reason);
  return count;
}

std::string Appliance::CounterComplaints() const {
  std::string complaints;
  for (const Worker& worker : workers_) {
    complaints += test::CountersAgree(*worker.proxy).complaints();
  }
  return complaints;
}

std::optional<Flow> Appliance::FlowOf(Side side, std::span<const uint8_t> frame) const {
  for (const Worker& worker : workers_) {
    if (const auto flow = worker.proxy->Peek(side, Now(), frame)) return flow;
  }
  return std::nullopt;
}

}  // namespace synsplice::sim
