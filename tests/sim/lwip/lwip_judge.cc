// The invariants. ../README.md lists them and what is exempt, each by name.

#include <algorithm>

#include "lwip_world.h"

namespace synsplice::sim {

using Outcome = LwipEnd::Outcome;

namespace {

bool IsLimit(Reason reason) {
  return reason == Reason::kConnlimit || reason == Reason::kConnlimitTableFull ||
         reason == Reason::kFlowTableFull || reason == Reason::kHandshakeSlotsFull;
}

// Why a segment of an honest end may be turned away on cables that keep everything in order.
bool IsExplained(Reason reason, const LwipPair& pair) {
  if (IsLimit(reason)) return true;
  switch (reason) {
    case Reason::kNone:
    // Held data has bounds (rule 9); what a refused client had sent before it heard of it.
    case Reason::kHoldLimit:
    case Reason::kHoldOutOfOrder:
    case Reason::kRefusedFlow:
      return true;
    case Reason::kCookieWrong:  // of a client that was turned away without being remembered
    case Reason::kCookieNeverSent:
      return pair.over_limit;
    default:
      return false;
  }
}

// Whether its application or its host has gone without a FIN.
bool WasLeft(const LwipEnd& end) {
  return end.outcome() == Outcome::kAborted || end.outcome() == Outcome::kForgotten;
}

}  // namespace

void LwipWorld::Fail(const LwipEnd& end, const std::string& what) {
  Fail(end.ToString() + ": " + what);
}

bool LwipWorld::HasSentReset(const Endpoint& client) const {
  return std::any_of(pairs_.begin(), pairs_.end(), [&](const LwipPair& pair) {
    return pair.client == client && pair.client_reset_sent;
  });
}

bool LwipWorld::HaveServersFailed() const {
  return std::any_of(pairs_.begin(), pairs_.end(), [](const LwipPair& pair) {
    return pair.server_reset_sent || pair.proxy_reset;
  });
}

void LwipWorld::OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) {
  trace_.Write(now_, side, verdict, packet);
  const Origin& origin = packet.origin;
  if (!origin.IsEnd() || origin.connection == kNoConnection) return;
  LwipPair& pair = pairs_[static_cast<size_t>(origin.connection)];
  const bool forwarded = verdict.kind == synsplice::Verdict::Kind::kForward;
  pair.damage_passed |= forwarded && origin.damaged;
  pair.over_limit |= IsLimit(verdict.reason);
  // What was under way when the client's RST passed (rule 18), be it the port's earlier one.
  const bool behind_reset = verdict.reason == Reason::kClientReset && HasSentReset(pair.client);
  // Servers that have refused others, or did not answer, are left alone for a while.
  const bool are_down = verdict.reason == Reason::kBackendsDown && HaveServersFailed();
  if (HasGoodLinks() && !behind_reset && !are_down && !IsExplained(verdict.reason, pair)) {
    Fail("turned away on good cables: " + std::string(Label(verdict.reason)));
  }
  if (forwarded || origin.damaged || (origin.flags & test::kS)) return;
  if (!pair.server_end || !pair.client_end->IsOpen() || !pair.server_end->IsOpen()) return;
  Fail(side == Side::kOutside ? *pair.client_end : *pair.server_end,
       std::string("a segment of a live connection met ") + Name(verdict.kind) + " " +
           std::string(Label(verdict.reason)));
}

// Of a port's first connection: later ones may hear of what is still under way.
void LwipWorld::JudgeArrival(Side side, const Packet& packet) {
  const auto segment = test::ReadTcpFrame(packet.bytes);
  if (!segment || packet.origin.connection == kNoConnection || !(segment->flags & test::kA)) return;
  LwipPair& pair = pairs_[static_cast<size_t>(packet.origin.connection)];
  const LwipEnd* end = side == Side::kOutside ? pair.client_end : pair.server_end;
  if (!end || !end->IsOpen()) return;
  pair.misled |= !end->IsNear(segment->seq, segment->ack);
  const bool first = std::none_of(pairs_.begin(), pairs_.begin() + pair.id,
                                  [&](const auto& other) { return other.client == pair.client; });
  if (first && !end->HasSent(segment->ack)) Fail(*end, "an ACK of what it has not sent");
}

void LwipWorld::JudgeSyn(const test::TcpFrame& syn) {
  const LwipPair* pair = FindPair(syn.source, &syn.seq);
  if (!pair) return Fail("a server gets a SYN that no client has sent");
  const LwipEnd& client = *pair->client_end;
  if (!pair->handshake_done) Fail(client, "its server is asked before it has answered");
  if (syn.flags != test::kS || syn.ack != 0) Fail(client, "an odd SYN to the server");
  if (syn.options.scale.value_or(0) > TCP_RCV_SCALE) Fail(client, "scale above its own");
  if (syn.options.sack_permitted || syn.options.timestamps) Fail(client, "a false option");
}

void LwipWorld::JudgeReset(const LwipEnd& end, LwipPair& pair, const Origin& origin) {
  if (origin.IsEnd()) {
    const bool peers = end.client() ? pair.server_reset_sent : pair.client_reset_sent;
    if (!peers) Fail(end, "a RST from nowhere");
    return;
  }
  pair.proxy_reset = true;
  if (!end.client()) {
    if (!pair.client_end->IsClosed()) Fail(end, "reset by the proxy while its client lives");
    return;
  }
  switch (origin.reason) {
    case Reason::kConnlimit:
    case Reason::kHandshakeSlotsFull:
    case Reason::kFlowTableFull:
    case Reason::kRefusedFlow:
      if (pair.server_end) Fail(end, "refused after it was let in");
      return;
    case Reason::kNone:  // the backend was silent (rule 10) or has refused (rule 14)
      if (pair.server_end ||
          (HasGoodLinks() && scenario_.servers[0].deaf_until <= 0 && !pair.server_reset_sent)) {
        Fail(end, "told that a living backend is silent");
      }
      return;
    case Reason::kCookieWrong:
    case Reason::kCookieExpired:
    case Reason::kCookieNeverSent:
      // Exempt: what overtook the handshake or followed a lost one (rules 6 and 7), and a client
      // that was turned away without being remembered.
      if (!HasGoodLinks() || pair.over_limit) return;
      break;
    default:
      break;
  }
  Fail(end, "reset by the proxy: " + std::string(Label(origin.reason)));
}

void LwipWorld::OnStep() {
  const auto validated = std::count_if(pairs_.begin(), pairs_.end(),
                                       [](const LwipPair& pair) { return pair.handshake_done; });
  if (appliance_.flow_count() > static_cast<size_t>(validated))
    Fail("state without a valid cookie");
  const uint32_t above = scenario_.config.services[0].connlimit.above;
  if (above != 0 && appliance_.shared().connlimit.total() > above * scenario_.clients.size()) {
    Fail("more places than connlimit has");
  }
}

// Exempt: a closing flow that was evicted (rule 21) before the last ACK.
bool LwipWorld::LostItsFlow(const LwipPair& pair) const {
  const bool one_done =
      pair.client_end->outcome() == Outcome::kDone || pair.server_end->outcome() == Outcome::kDone;
  return one_done && appliance_.Count(Event::kFlowsEvicted) != 0;
}

void LwipWorld::JudgePair(const LwipPair& pair) {
  const LwipEnd& client = *pair.client_end;
  const LwipEnd* server = pair.server_end;
  const bool excused =
      pair.client_reset_sent || pair.server_reset_sent || pair.proxy_reset || WasLeft(client);
  // Exempt: connlimit's action drop tells nobody.
  if (!server && (excused || pair.over_limit)) return;
  if (!server) return Fail(client, "never reaches its server");
  if (LostItsFlow(pair)) return;
  for (const LwipEnd* end : {&client, server}) {
    const LwipEnd& peer = end == server ? client : *server;
    if (end->outcome() != Outcome::kTimedOut || WasLeft(peer)) continue;
    // Exempt: lwIP takes the window of a segment that is not its peer's.
    if (!pair.misled) Fail(*end, "gives up though its peer has not left it");
    return;
  }
  if (excused || WasLeft(*server)) return;
  for (const LwipEnd* end : {&client, server}) {
    const LwipEnd& peer = end == server ? client : *server;
    if (end->outcome() != Outcome::kDone) return Fail(*end, "does not end as it should");
    if (end->arrived() != peer.script().bytes) return Fail(*end, "a stream is not complete");
  }
}

void LwipWorld::JudgePlaces() {
  for (const LwipPair& pair : pairs_) {
    // Exempt: whose end nobody told the proxy, damage that moved the tracked numbers (rule 18), and
    // a FIN that lwIP has taken from a segment of another flow.
    for (const LwipEnd* end : {pair.client_end, pair.server_end}) {
      if (!end || end->outcome() == Outcome::kTimedOut) return;
      if (end->outcome() == Outcome::kForgotten) return;
    }
    if (pair.damage_passed || pair.misled) return;
  }
  if (appliance_.shared().connlimit.total() != 0) Fail("a connlimit place outlives its connection");
}

void LwipWorld::OnEmpty() {
  if (appliance_.flow_count() != 0) Fail("flows remain");
  if (appliance_.handshake_count() != 0) Fail("handshake slots remain");
  if (appliance_.held_count() != 0) Fail("held frames remain");
  if (appliance_.shared().connlimit.total() != 0) Fail("connlimit places remain");
}

}  // namespace synsplice::sim
