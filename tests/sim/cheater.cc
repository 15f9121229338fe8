// Attackers with addresses of their own. Their ACKs return real cookies, their servers have real
// sockets; only what they say then is false.

#include "cheater.h"

#include "world.h"

namespace synsplice::sim {
namespace {

using test::kA;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;
using Scheme = CheatPlan::Kind;

constexpr uint16_t kWindow = 65535;

// The server closes first, keeps what it has, or answers and waits.
Script DrawServerScript(Random& random, Scheme kind) {
  Script script;
  script.bytes = random.Pick<uint32_t>({0, 1, 100, 3000});
  script.chunk = 100'000;
  script.end = kind == Scheme::kOldAcks || random.Percent(20) ? Script::End::kCloseWhenSent
                                                              : Script::End::kCloseAfterPeer;
  script.patience = random.Between(3000, 20'000);
  return script;
}

}  // namespace

void World::BeginCheat(uint32_t plan) {
  const CheatPlan& cheats = scenario_.cheats[plan];
  const uint32_t number = begun_[plan]++;
  if (number + 1 < cheats.connections)
    Plan(now_ + cheats.gap, Cables::Kind::kCheatBegins, Side::kOutside, plan);
  Cheat& cheat = cheats_.emplace_back();
  cheat.number = static_cast<uint32_t>(cheats_.size()) - 1;
  cheat.plan = plan;
  cheat.script.service = cheats.service;
  cheat.script.server = DrawServerScript(random_, cheats.kind);
  Connection& connection = cheat.connection;
  connection.id = kNoConnection;
  connection.plan = &cheat.script;
  connection.client = CheaterEndpoint(scenario_, plan, number);
  connection.isn_c = random_.Isn();
  connection.reuses_port = number >= cheats.ports;
  connection.opened_at = now_;
  cheat.snd_nxt = cheat.said_end = connection.isn_c;
  TcpFrame syn = CheatersSegment(cheat, kS, cheat.snd_nxt);
  syn.options.mss = cheats.kind == Scheme::kTooBig && random_.Percent(50) ? 1 : 1460;
  if (cheats.scale) syn.options.scale = 7;
  syn.options.sack_permitted = random_.Percent(50);
  if (cheats.timestamps) syn.options.timestamps = {static_cast<uint32_t>(now_), 0};
  cheat.snd_nxt = ++cheat.said_end;
  SayFalsely(syn, syn.Build());
}

TcpFrame World::CheatersSegment(const Cheat& cheat, uint8_t flags, uint32_t seq) const {
  TcpFrame segment;
  segment.source = cheat.connection.client;
  segment.destination = ListenerEndpoint(scenario_.v6, cheat.script.service);
  segment.source_mac = kAttackerMac;
  segment.destination_mac = scenario_.nat ? kOutsideMac : kServerMac;
  segment.tags = scenario_.tags;
  segment.flags = flags;
  segment.seq = seq;
  if (flags & kA) segment.ack = cheat.rcv_nxt;
  segment.window = kWindow;
  if (cheat.timestamps && !(flags & kR)) {
    segment.options.timestamps = {static_cast<uint32_t>(now_), cheat.ts_recent};
  }
  return segment;
}

void World::SayFalsely(const TcpFrame& segment, test::Bytes&& bytes) {
  Packet packet{std::move(bytes), {.maker = Origin::Maker::kAttacker, .flags = segment.flags}};
  trace_.Write(now_, "sends", Side::kOutside, packet, "a cheater");
  Transmit(Side::kOutside, true, std::move(packet));
}

std::optional<Flow> World::FlowOf(const Endpoint& client, uint16_t service) const {
  TcpFrame frame;
  frame.source = client;
  frame.destination = ListenerEndpoint(scenario_.v6, service);
  frame.source_mac = kClientMac;
  frame.destination_mac = kServerMac;
  frame.tags = scenario_.tags;
  frame.flags = kA;
  return appliance_.FlowOf(Side::kOutside, frame.Build());
}

// The newest of this endpoint.
Cheat* World::FindCheat(const Endpoint& client) {
  for (auto cheat = cheats_.rbegin(); cheat != cheats_.rend(); ++cheat) {
    if (cheat->connection.client == client) return &*cheat;
  }
  return nullptr;
}

void World::CheaterHears(Cheat& cheat, const TcpFrame& segment) {
  if (cheat.reset_sent || (segment.flags & kR) || !(segment.flags & kA)) return;
  if (segment.flags & kS) return CheaterOpens(cheat, segment);
  if (!cheat.open) return;
  const auto length = static_cast<uint32_t>(segment.payload.size()) + ((segment.flags & kF) != 0);
  cheat.heard_ack = segment.ack;
  if (length == 0) return;
  cheat.heard = segment;
  if (segment.seq != cheat.rcv_nxt) return;
  if (segment.options.timestamps) cheat.ts_recent = segment.options.timestamps->first;
  // An old ACK needs a newer one: all but the last byte, or the FIN, is acknowledged.
  cheat.rcv_nxt +=
      length - (scenario_.cheats[cheat.plan].kind == Scheme::kOldAcks && (segment.flags & kF));
  const TcpFrame ack = CheatersSegment(cheat, kA, cheat.snd_nxt);
  SayFalsely(ack, ack.Build());
}

void World::CheaterOpens(Cheat& cheat, const TcpFrame& answer) {
  if (cheat.open || answer.ack != cheat.snd_nxt) return;
  cheat.open = cheat.connection.handshake_done = true;
  cheat.isn_p = answer.seq;
  cheat.rcv_nxt = answer.seq + 1;
  cheat.heard_ack = answer.ack;
  cheat.timestamps = answer.options.timestamps.has_value();
  if (cheat.timestamps) cheat.ts_recent = answer.options.timestamps->first;
  const TcpFrame ack = CheatersSegment(cheat, kA, cheat.snd_nxt);
  SayFalsely(ack, ack.Build());
  const CheatPlan& plan = scenario_.cheats[cheat.plan];
  Plan(now_ + plan.move_gap, Cables::Kind::kCheatMoves, Side::kOutside, cheat.number);
}

}  // namespace synsplice::sim
