// What an attacker says who knows every number of its own connection.

#include <algorithm>

#include "world.h"

namespace synsplice::sim {
namespace {

using test::kA;
using test::kP;
using test::kR;
using test::TcpFrame;
using Scheme = CheatPlan::Kind;

constexpr uint32_t kHole = 1000;      // bytes left out
constexpr uint32_t kWindow = 20'000;  // bytes ahead that a server may still take

}  // namespace

void World::MoveCheat(uint32_t number) {
  Cheat& cheat = cheats_[number];
  const CheatPlan& plan = scenario_.cheats[cheat.plan];
  // The port belongs to a later connection.
  if (FindCheat(cheat.connection.client) != &cheat) return;
  witness_.OnCheatMove(cheat);
  const Scheme scheme =
      plan.kind != Scheme::kMixed
          ? plan.kind
          : static_cast<Scheme>(random_.Below(static_cast<uint32_t>(Scheme::kMixed)));
  MakeMove(cheat, scheme);
  if (++cheat.moves < plan.moves) {
    Plan(now_ + plan.move_gap, Kind::kCheatMoves, Side::kOutside, number);
  }
}

void World::MakeMove(Cheat& cheat, Scheme scheme) {
  switch (scheme) {
    case Scheme::kHoles:
    case Scheme::kDamage:
      if (cheat.said_end != cheat.snd_nxt) return ResetAt(cheat, cheat.said_end);
      return Dig(cheat, scheme == Scheme::kDamage);
    case Scheme::kResets:
      return ResetSomewhere(cheat);
    case Scheme::kOldAcks: {
      TcpFrame ack = CheatersSegment(cheat, kA, cheat.snd_nxt);
      --ack.ack;
      return SayFalsely(ack, ack.Build());
    }
    case Scheme::kKeepalives: {
      TcpFrame probe = CheatersSegment(cheat, kA, cheat.snd_nxt - 1);
      if (random_.Percent(50)) probe.payload = "x";
      return SayFalsely(probe, probe.Build());
    }
    case Scheme::kAborts:
      return ResetAt(cheat, cheat.snd_nxt);
    case Scheme::kTooBig:
    case Scheme::kMixed:
      return LieAboutThePath(cheat);
  }
}

// Data in order at times, then data that leaves out what lies before it.
void World::Dig(Cheat& cheat, bool damaged) {
  TcpFrame data = CheatersSegment(cheat, kP | kA, cheat.snd_nxt);
  data.payload.assign(random_.Between(1, 300), 'x');
  if (random_.Percent(50)) {
    cheat.snd_nxt += static_cast<uint32_t>(data.payload.size());
    SayFalsely(data, data.Build());
  }
  data.seq = cheat.snd_nxt + random_.Between(1, kHole);
  cheat.said_end = data.seq + static_cast<uint32_t>(data.payload.size());
  test::Bytes bytes = data.Build();
  if (damaged) bytes.back() ^= 0xff;
  SayFalsely(data, std::move(bytes));
}

void World::ResetAt(Cheat& cheat, uint32_t seq) {
  const TcpFrame reset = CheatersSegment(cheat, random_.Percent(50) ? kR : kR | kA, seq);
  cheat.reset_sent |= random_.Percent(70);
  SayFalsely(reset, reset.Build());
}

void World::ResetSomewhere(Cheat& cheat) {
  const uint32_t edge = random_.Pick<uint32_t>({cheat.heard_ack, cheat.snd_nxt, cheat.said_end});
  const uint32_t off = random_.Pick<uint32_t>({0, 0, 1, ~0u, random_.Below(kWindow)});
  ResetAt(cheat, edge + off);
}

// RFC 1191 and 8201 let no MTU below 68 and 1280 stand.
void World::LieAboutThePath(Cheat& cheat) {
  if (!cheat.heard) return;
  const uint32_t mtu = random_.Pick<uint32_t>({0, 41, 68, 296, 552, 1280});
  TellTooBig(Side::kOutside, true, *cheat.heard, mtu, Origin::Maker::kAttacker);
}

}  // namespace synsplice::sim
