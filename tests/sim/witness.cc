#include "witness.h"

#include <algorithm>

#include "world.h"

namespace synsplice::sim {

using test::kA;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;
using Outcome = TcpEnd::Outcome;
using Maker = Origin::Maker;

namespace {

// REQUIRES: `connection` is honest.
bool HasSickServer(const Scenario& scenario, const Connection& connection, int64_t since = 0) {
  return std::ranges::any_of(scenario.servers, [&](const ServerPlan& server) {
    return server.service == connection.plan->service &&
           (server.deaf_until > since || server.late > 0);
  });
}

}  // namespace

void Witness::Fail(const TcpEnd& end, const std::string& what) {
  world_.Fail((end.client ? "client " : "server ") + std::to_string(end.connection.id) + ": " +
              what);
}

// Whether the segment is meant for this connection and not for an earlier one of the same port,
// whose frames may still be under way. The proxy's own frames tell it by their numbers.
bool Witness::IsOwn(const TcpEnd& end, const TcpFrame& segment, const Origin& origin) const {
  if (!end.client && end.connection.server_end && end.connection.server_end != &end) return false;
  if (origin.IsEnd()) return origin.connection == end.connection.id;
  if (!end.connection.reuses_port) return true;
  constexpr uint32_t kLongestStream = 60'000;
  return segment.ack - end.iss < kLongestStream && segment.seq - end.irs < kLongestStream;
}

void Witness::OnPaws(TcpEnd& end, const TcpFrame& segment, const Origin& origin) {
  if (origin.maker == Maker::kAttacker || !world_.scenario().IsOrderly()) return;
  if (!end.connection.IsHonest()) return;
  if ((segment.flags & kS) || !IsOwn(end, segment, origin)) return;
  // Exempt: the ACK for a SYN-ACK that comes again has the TSval which that one echoes (rule 12).
  // Who has got a later one needs no such ACK.
  const bool again = origin.maker == Maker::kProxy && !end.client && segment.seq == end.irs + 1;
  const TcpEnd* peer = end.peer();
  const bool was_sent = peer && SeqDiff(segment.options.timestamps->first, peer->first_tsval) >= 0;
  if (!(again && was_sent)) Fail(end, "a timestamp that steps back");
}

void Witness::OnReset(TcpEnd& end, const Origin& origin) {
  const Connection& connection = end.connection;
  if (end.state == TcpEnd::State::kTimeWait || !connection.IsHonest()) return;
  if (origin.maker == Maker::kAttacker) return Fail(end, "killed by a blind RST");
  const bool peers = end.client ? connection.server_reset_sent : connection.client_reset_sent;
  if (origin.IsEnd()) {
    if (!peers) Fail(end, "a RST from nowhere");
    return;
  }
  if (!end.client) {
    const TcpEnd& client = *connection.client_end;
    // Given up a moment ago, and the client has been told (rules 10, 15).
    const bool late = origin.reason == Reason::kRefusedFlow && !connection.spliced;
    // Exempt: gone while it closed or waited (rule 21).
    const bool evicted = origin.reason == Reason::kBackendWithoutFlow &&
                         (HasGoneWhileClosing(connection) || WasEvictedWhileOpening(connection));
    if (!client.IsClosed() && !late && !evicted && !end.belated)
      Fail(end, "reset by the proxy while its client lives");
    end.connection.proxy_reset_server = true;
    return;
  }
  end.connection.proxy_reset_client = true;
  const Scenario& scenario = world_.scenario();
  const bool lossy = !scenario.IsLossless() || !scenario.IsOrderly() || connection.too_long;
  switch (origin.reason) {
    case Reason::kConnlimit:
    case Reason::kConnlimitTableFull:
    case Reason::kHandshakeSlotsFull:
    case Reason::kFlowTableFull:
    case Reason::kRefusedFlow:
      if (connection.spliced) Fail(end, "refused after it was let in");
      CheckRefusal(end, connection, origin.reason);
      return;
    case Reason::kNone:  // the backend was silent (rule 10)
      // Exempt: a forger inside can have every SYN of ours answered wrongly (rule 13).
      if (connection.spliced ||
          !(lossy || peers || HasSickServer(scenario, connection) || scenario.flood.from_inside)) {
        Fail(end, "told that a living backend is silent");
      }
      return;
    case Reason::kCookieWrong:
    case Reason::kCookieExpired:
      // Exempt: what overtook the handshake, or followed a lost one, without payload and timestamps
      // to recognise it by (rule 6).
      if (lossy && (!end.timestamps || origin.length == 0)) return;
      // Exempt: connlimit's action drop remembers nothing, later data meets a wrong cookie.
      if (connection.over_limit || HasGoneWhileClosing(connection)) return;
      break;
    default:
      break;
  }
  Fail(end, std::string("reset by the proxy: ") + std::string(Label(origin.reason)));
}

// Exempt (rule 21).
bool Witness::HasGoneWhileClosing(const Connection& connection) const {
  if (connection.expired) return true;
  const TcpEnd* server = connection.server_end;
  return world_.appliance().Count(Event::kFlowsEvicted) != 0 && server && server->fin_sent &&
         connection.client_end->fin_sent;
}

bool Witness::WasEvictedWhileOpening(const Connection& connection) const {
  return world_.appliance().Count(Event::kFlowsEvicted) != 0 && !connection.spliced;
}

void Witness::OnTimedOut(const TcpEnd& end) {
  const TcpEnd* peer = end.peer();
  if (!end.connection.IsHonest() || HasGoneWhileClosing(end.connection)) return;
  if (peer && peer->IsOpen() && end.connection.spliced && peer->peer() == &end) {
    Fail(end, "died though both ends held it alive");
  }
}

// Whether the appliance may find a segment too long for the end it goes to: it has more payload
// than the server's MSS, or no room for the time stamps that its client gets (rule 16).
bool Witness::MayBeTooBig(Side side, const Connection& connection, uint32_t length) const {
  const TcpEnd& client = *connection.client_end;
  const TcpEnd& server = *connection.server_end;
  const uint32_t timestamps = client.timestamps ? 12 : 0;
  if (side == Side::kOutside) return length + timestamps > server.told_mss;
  const Promise& promise = world_.scenario().config.services[connection.plan->service].promise;
  const uint32_t promised = (world_.scenario().v6 ? promise.mss_v6 : promise.mss).value_or(0);
  return timestamps != 0 && !server.timestamps && length + timestamps > promised;
}

void Witness::OnTooBig(TcpEnd& end, const test::IcmpError& error, const Origin& origin) {
  const Scenario& scenario = world_.scenario();
  if (!end.connection.IsHonest()) return;
  const Endpoint& peer = end.client ? ListenerEndpoint(scenario.v6, end.connection.plan->service)
                                    : end.connection.client;
  if (error.quoted.destination != peer || error.destination != error.quoted.source.address) {
    Fail(end, "an error about what it has not sent to anybody it knows");
  }
  const bool spliced = end.IsOpen() && end.peer() && end.peer()->IsOpen();
  // Without a flow it is nobody's business (rule 23), and a cable may keep it until there is one.
  if (origin.maker == Maker::kAttacker && !scenario.IsOrderly()) return;
  const uint32_t seq = error.quoted.seq;
  const bool its_own = SeqDiff(seq, end.iss) >= 0 && SeqDiff(seq, end.snd_max) <= 0;
  if (!spliced || its_own) return CheckMtu(end, error, origin);
  if (!end.connection.reuses_port) Fail(end, "an error about a number that it has not sent");
}

// A router's own, less the room of the time stamps that the server's segments grow by; the
// appliance's is the server's MSS, or the promise less that room; also of an earlier connection of
// the same address and port.
void Witness::CheckMtu(TcpEnd& end, const test::IcmpError& error, const Origin& origin) {
  const Scenario& scenario = world_.scenario();
  if (origin.maker == Maker::kAttacker) return;
  const bool grows = !end.client && !end.timestamps && end.connection.client_end->timestamps;
  const uint32_t room = grows ? 12 : 0;
  const uint32_t mtu = error.rest;
  if (origin.maker == Maker::kRouter) {
    const bool known = mtu == scenario.path[1].mtu || mtu == scenario.path[0].mtu - room;
    if (!known) Fail(end, "an MTU that no router has");
    return;
  }
  const uint32_t headers = scenario.v6 ? 60 : 40;
  const Promise& promise = scenario.config.services[end.connection.plan->service].promise;
  const auto promised = scenario.v6 ? promise.mss_v6 : promise.mss;
  const bool servers =
      std::any_of(scenario.servers.begin(), scenario.servers.end(),
                  [&](const ServerPlan& plan) { return mtu == plan.stack.mss + headers; });
  const bool told =
      std::any_of(world_.ends().begin(), world_.ends().end(), [&](const TcpEnd& server) {
        return !server.client && server.connection.client == end.connection.client &&
               mtu == server.told_mss + headers;
      });
  const bool right = end.client ? servers || told : !promised || mtu == *promised + headers - room;
  if (!right) Fail(end, "an MTU of the appliance's own");
}

// A router's error about a segment that its receiver has not acknowledged must pass (rule 23).
// `side`: where the error came from.
void Witness::CheckErrorVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) {
  const auto error = test::ReadIcmpError(packet.bytes);
  if (!error || verdict.reason != Reason::kIcmpOutOfPlace) return;
  const bool outside = side == Side::kOutside;
  const Endpoint& client = outside ? error->quoted.destination : error->quoted.source;
  for (const Connection& connection : world_.connections()) {
    const bool open = connection.client_end->IsOpen() && connection.server_end &&
                      connection.server_end->IsOpen() && connection.client == client;
    if (!open) continue;
    const TcpEnd& receiver = outside ? *connection.client_end : *connection.server_end;
    const TcpEnd& sender = *receiver.peer();
    const uint32_t sent = error->quoted.seq - receiver.irs + sender.iss;
    const bool under_way =
        SeqDiff(error->quoted.seq, receiver.rcv_nxt) >= 0 && SeqDiff(sent, sender.snd_max) < 0;
    // Exempt: a damaged segment may have moved the tracked numbers (rule 18).
    if (under_way && !connection.damage_passed) {
      Fail(sender, "an error about its segment was dropped");
    }
  }
}

// A forged SYN at an open connection gets no cookie: the connection answers it (rule 19). Exempt:
// an idle one, whose client may have restarted.
void Witness::CheckForgedSyn(const Packet& packet) {
  constexpr int64_t kNeverIdle = 4000;
  const auto answer = test::ReadTcpFrame(packet.bytes);
  if (!answer || (answer->flags & (kS | kA)) != (kS | kA)) return;
  for (const Connection& connection : world_.connections()) {
    const TcpEnd *client = connection.client_end, *server = connection.server_end;
    if (!client || !server || connection.client != answer->destination) continue;
    if (!client->IsWhole() || !server->IsWhole()) continue;
    if (world_.now() - server->opened_at > kNeverIdle) continue;
    const Endpoint listener = ListenerEndpoint(world_.scenario().v6, connection.plan->service);
    if (listener == answer->source) Fail(*client, "a SYN in its name got a cookie");
  }
}

void Witness::OnVerdict(Side side, synsplice::Verdict verdict, const Packet& packet) {
  const Origin& origin = packet.origin;
  if (origin.maker == Maker::kAttacker && origin.flags == kS) CheckForgedSyn(packet);
  if (origin.maker == Maker::kRouter && !origin.damaged) CheckErrorVerdict(side, verdict, packet);
  if (origin.maker == Maker::kAttacker && origin.connection != kNoConnection) {
    CheckForgedReset(world_.connections()[static_cast<size_t>(origin.connection)]);
  }
  if (!origin.IsEnd() || origin.connection == kNoConnection) return;
  Connection& connection = world_.connections()[static_cast<size_t>(origin.connection)];
  const bool forwarded = verdict.kind == synsplice::Verdict::Kind::kForward;
  // The pool of held frames is empty, and the first frame of a connection has room (rule 9).
  if (verdict.reason == Reason::kHoldLimit && world_.appliance().held_count() == 0) {
    world_.Fail("early data is refused though nothing is held");
  }
  const int64_t idle = world_.now() - connection.forwarded_at;
  const auto timeout = Milliseconds(world_.scenario().config.timeouts.server_closed).count();
  connection.expired |= !forwarded && connection.fin_forwarded && idle > timeout;
  if (forwarded) {
    connection.forwarded_at = world_.now();
    connection.fin_forwarded |= side == Side::kInside && (origin.flags & kF);
  }
  connection.damage_passed |= forwarded && origin.damaged;
  connection.over_limit |= verdict.reason == Reason::kConnlimit;
  connection.backends_down |= verdict.reason == Reason::kBackendsDown &&
                              HasSickServer(world_.scenario(), connection, world_.now());
  CheckRefusal(*connection.client_end, connection, verdict.reason);
  if (forwarded || origin.damaged || (origin.flags & (kS | kR))) return;
  const TcpEnd* client = connection.client_end;
  const TcpEnd* server = connection.server_end;
  if (!server || !client->IsOpen() || !server->IsOpen()) return;
  if (HasGoneWhileClosing(connection)) return;
  // Exempt: it looks like what follows a lost ACK with a cookie, just after the turn (rule 39).
  if (world_.scenario().SomePass() && verdict.reason == Reason::kCookieWrong) return;
  const bool told = verdict.kind == synsplice::Verdict::Kind::kBounce;
  if (told && verdict.reason == Reason::kNone && MayBeTooBig(side, connection, origin.length)) {
    return;
  }
  Fail(side == Side::kOutside ? *client : *server,
       std::string("a segment of a live connection met ") + Name(verdict.kind) + " " +
           std::string(Label(verdict.reason)));
}

// Exempt: a damaged segment has moved the tracked numbers, and a challenge ACK (rule 19) made from
// them has spoilt what the client takes for the newest window.
bool Witness::MayNeverEnd() const {
  const auto& all = world_.connections();
  return world_.appliance().Count(Event::kChallengeAcks) != 0 &&
         std::any_of(all.begin(), all.end(),
                     [](const Connection& connection) { return connection.damage_passed; });
}

void Witness::OnStep() {
  const Appliance& appliance = world_.appliance();
  const auto validated =
      std::count_if(world_.connections().begin(), world_.connections().end(),
                    [](const Connection& connection) { return connection.handshake_done; }) +
      std::count_if(world_.cheats().begin(), world_.cheats().end(),
                    [](const Cheat& cheat) { return cheat.connection.handshake_done; });
  const uint64_t opened = appliance.Count(Event::kFlowsServerOpened);
  size_t allowed = static_cast<size_t>(validated) + opened;
  // Exempt: what a half-open server's bare ACK has begun, which proves nothing (rule 39).
  const auto is_unproven = [](const Flow& flow) { return flow.unanswered != 0; };
  if (appliance.flow_count() > allowed) allowed += NotedFlows(is_unproven);
  if (appliance.flow_count() > allowed) world_.Fail("state without a valid cookie");
  if (appliance.shared().connlimit.total() > MostPlaces()) {
    world_.Fail("more places than connlimit has");
  }
}

void Witness::OnAccepted(const TcpEnd& server_end) {
  CheckRoom(server_end);
  if (server_end.connection.IsHonest()) CheckOpening(server_end.connection);
  const Scenario& scenario = world_.scenario();
  const uint16_t service = server_end.connection.plan->service;
  const ConnlimitConfig& limit = scenario.config.services[service].connlimit;
  if (limit.above == 0) return;
  const unsigned prefix = scenario.v6 ? limit.prefix_length_v6 : limit.prefix_length_v4;
  const auto network = [prefix](const Connection& connection) {
    return Mask(connection.client.address, prefix);
  };
  uint32_t open = 0;
  for (const Connection& connection : world_.connections()) {
    if (network(connection) != network(server_end.connection)) continue;
    if (connection.plan->service != service) continue;
    const TcpEnd* server = connection.server_end;
    open += server && server->IsWhole() && connection.client_end->IsWhole();
  }
  if (open > limit.above) Fail(server_end, "more connections than connlimit allows");
}

// Whether an earlier connection of the port was alive at the server when this one began.
bool Witness::PortWasBusy(const Connection& connection) const {
  const auto& all = world_.connections();
  return std::any_of(all.begin(), all.begin() + connection.id, [&](const Connection& earlier) {
    return earlier.client == connection.client && earlier.server_end &&
           earlier.server_end->closed_at > connection.opened_at;
  });
}

void Witness::JudgeConnection(const Connection& connection) {
  const TcpEnd* client = connection.client_end;
  const TcpEnd* server = connection.server_end;
  if (!client->IsClosed() || (server && !server->IsClosed())) {
    return Fail(*client, "never comes to an end");
  }
  const bool excused = connection.client_reset_sent || connection.server_reset_sent ||
                       connection.proxy_reset_client || connection.proxy_reset_server ||
                       client->outcome == Outcome::kForgotten ||
                       (server && server->outcome == Outcome::kForgotten);
  if (excused) return;
  // Exempt: the port of a connection that was still opening; its flow is active by now (rule 8).
  if (!server && client->outcome == Outcome::kTimedOut && PortWasBusy(connection)) return;
  if (!server && connection.over_limit) return;  // exempt: action drop tells nobody
  // Exempt: its server does not answer; evicted again and again (rule 21), or no cookie is sent.
  const bool waits = HasSickServer(world_.scenario(), connection);
  if (!server && waits && (connection.backends_down || WasEvictedWhileOpening(connection))) return;
  // Exempt: the port of a connection that waited for such a server; with a lower number this one is
  // an old duplicate until that ends (rule 8).
  if (!server && waits && connection.reuses_port && client->outcome == Outcome::kTimedOut) return;
  if (!server) return Fail(*client, "never reaches its server");
  if (HasGoneWhileClosing(connection)) return;
  if (client->outcome != Outcome::kDone || server->outcome != Outcome::kDone) {
    return Fail(*client, "does not end as it should");
  }
  if (client->arrived() != server->script.bytes || server->arrived() != client->script.bytes) {
    Fail(*client, "its streams did not arrive complete");
  }
  JudgeMarks(*client);
  JudgeMarks(*server);
}

// RFC 3168 6.1.3: the sender hears of it when its segments were marked.
void Witness::JudgeMarks(const TcpEnd& end) {
  const Scenario& scenario = world_.scenario();
  if (!scenario.IsLossless() || !scenario.IsOrderly()) return;
  if (end.marks_came && !end.peer()->echoes_came) Fail(end, "nobody heard of its marks");
}

void Witness::CheckCounters() {
  const std::string complaints = world_.appliance().CounterComplaints();
  if (!complaints.empty()) world_.Fail("counters disagree: " + complaints);
}

void Witness::OnQuiet() {
  CheckCounters();
  // What attackers have left open keeps its places.
  bool all_done = !world_.scenario().IsHostile();
  for (const Connection& connection : world_.connections()) {
    JudgeConnection(connection);
    const TcpEnd* server = connection.server_end;
    const auto silent = [](const TcpEnd& end) {
      return end.outcome == Outcome::kTimedOut || end.outcome == Outcome::kForgotten;
    };
    all_done &= !silent(*connection.client_end) && server && !silent(*server);
    // Exempt: a damaged segment may have moved the tracked numbers (rule 18).
    all_done &= !connection.damage_passed;
  }
  // Exempt: whose client had closed before the server's first word, so that nobody saw its FIN.
  const auto is_half_seen = [](const Flow& flow) { return flow.phase() == Phase::kServerClosed; };
  if (all_done && world_.appliance().shared().connlimit.total() > NotedFlows(is_half_seen)) {
    world_.Fail("a connlimit place outlives its connection");
  }
}

void Witness::OnEmpty() {
  const Appliance& appliance = world_.appliance();
  CheckCounters();
  if (appliance.flow_count() != 0) world_.Fail("flows remain");
  if (appliance.handshake_count() != 0) world_.Fail("handshake slots remain");
  if (appliance.held_count() != 0) world_.Fail("held frames remain");
  if (appliance.shared().connlimit.total() != 0) world_.Fail("connlimit places remain");
}

}  // namespace synsplice::sim
