// Limits as those see them who must not suffer: servers count their sockets, clients of healthy
// servers notice nothing of what is done to others (rules 16, 18, 21, 29, 34).

#include <algorithm>

#include "witness.h"
#include "world.h"

namespace synsplice::sim {
namespace {

// Sweep and ticks of the flow table, a round trip inside.
constexpr int64_t kSlack = 16'000;  // milliseconds
constexpr int64_t kOrdinaryOpening = 1000;

// Promised before anything is known: Ethernet without tunnels.
constexpr uint16_t kFirstMss = 1460, kFirstMssV6 = 1440;
// What every host takes (RFC 9293 3.7.1).
constexpr uint16_t kLowestMss = 536, kLowestMssV6 = 1220;

// Because others have taken what all share.
bool IsForLackOfRoom(Reason reason) {
  return reason == Reason::kHandshakeSlotsFull || reason == Reason::kFlowTableFull ||
         reason == Reason::kConnlimitTableFull;
}

bool InsideIsLossless(const Scenario& scenario) {
  return scenario.inside[0].IsLossless() && scenario.inside[1].IsLossless();
}

const ServiceConfig& ServiceOf(const Scenario& scenario, const Connection& connection) {
  return scenario.config.services[connection.plan->service];
}

Address NetworkOf(const Scenario& scenario, const Connection& connection) {
  const ConnlimitConfig& limit = ServiceOf(scenario, connection).connlimit;
  return Mask(connection.client.address,
              scenario.v6 ? limit.prefix_length_v6 : limit.prefix_length_v4);
}

// What a service as a whole may have per second it shares among all: they wait for each other.
bool SharesRate(const ServiceConfig& service) {
  return service.syn_limit.rate.count != 0 || service.accept_limit.rate.count != 0;
}

}  // namespace

// Whether what attackers do is none of its business: all its servers are well.
bool Witness::IsSheltered(const Connection& connection) const {
  const Scenario& scenario = world_.scenario();
  return scenario.IsHostile() &&
         std::none_of(scenario.servers.begin(), scenario.servers.end(), [&](const auto& server) {
           return server.service == connection.plan->service && server.IsSick();
         });
}

// Sixteen keys any prefix may have, whatever others have (rule 34): two attackers' may be all there
// are.
bool Witness::MayFillConnlimit() const {
  constexpr uint32_t kKeysOfAnyPrefix = 16;
  uint32_t keys = 0;
  for (const CheatPlan& cheat : world_.scenario().cheats) {
    const bool one = cheat.from == CheatPlan::From::kAddress;
    keys += one ? 1 : std::min(cheat.connections, kKeysOfAnyPrefix);
  }
  return keys > world_.scenario().config.connlimit_table_entries;
}

void Witness::CheckRefusal(const TcpEnd& end, const Connection& connection, Reason reason) {
  const bool exempt = reason == Reason::kConnlimitTableFull && MayFillConnlimit();
  if (IsForLackOfRoom(reason) && IsSheltered(connection) && !exempt) {
    Fail(end, "suffers from what others do: " + std::string(Label(reason)));
  }
}

// No cable has kept it: two round trips, and nobody else's matter.
void Witness::CheckOpening(const Connection& connection) {
  const Scenario& scenario = world_.scenario();
  if (!IsSheltered(connection) || !scenario.IsLossless() || !scenario.IsOrderly()) return;
  if (connection.reuses_port || connection.over_limit) return;
  if (SharesRate(ServiceOf(scenario, connection))) return;
  if (world_.now() > connection.opened_at + kOrdinaryOpening) {
    Fail(*connection.server_end, "waits for what others do");
  }
}

// Sockets of the end's network and service, of those that were open by `time`.
uint32_t Witness::Sockets(const TcpEnd& end, int64_t time) const {
  const Scenario& scenario = world_.scenario();
  const uint16_t service = end.connection.plan->service;
  const Address network = NetworkOf(scenario, end.connection);
  return static_cast<uint32_t>(
      std::count_if(world_.ends().begin(), world_.ends().end(), [&](const TcpEnd& other) {
        return !other.client && other.IsOpen() && !other.fin_sent && other.opened_at <= time &&
               other.connection.plan->service == service &&
               NetworkOf(scenario, other.connection) == network;
      }));
}

// What is literally in flight on the inside cable may still end a connection whose place is free.
void Witness::CheckRoom(const TcpEnd& server_end) {
  const Scenario& scenario = world_.scenario();
  const uint32_t above = ServiceOf(scenario, server_end.connection).connlimit.above;
  if (!scenario.IsHostile() || above == 0 || Sockets(server_end, world_.now()) <= above) return;
  const LinkQuality* links = scenario.inside;
  const int64_t round_trip =
      links[0].delay + links[1].delay + links[0].lateness + links[1].lateness;
  world_.CountSocketsAgain(server_end, world_.now() + 2 * round_trip + 1);
}

void Witness::OnSocketsSettled(const TcpEnd& server_end) {
  const Scenario& scenario = world_.scenario();
  // Exempt: a RST that a cable lost, and the place of an evicted flow (rule 21).
  if (!InsideIsLossless(scenario)) return;
  if (world_.appliance().Count(Event::kFlowsEvicted) != 0) return;
  const uint32_t open = Sockets(server_end, server_end.opened_at);
  if (open > ServiceOf(scenario, server_end.connection).connlimit.above) {
    world_.Fail("a server holds " + std::to_string(open) + " connections of one network");
  }
}

// Whether the server has had no socket of it since `time`; a SYN that was answered late made
// another.
bool Witness::IsGone(const Connection& connection, int64_t time) const {
  return std::none_of(world_.ends().begin(), world_.ends().end(), [&](const TcpEnd& end) {
    return &end.connection == &connection && (!end.IsClosed() || end.closed_at >= time);
  });
}

// The socket has gone, and the server's FIN was its last word: old ACKs must not keep the flow.
void Witness::OnCheatMove(const Cheat& cheat) {
  const Scenario& scenario = world_.scenario();
  const Connection& connection = cheat.connection;
  const auto timeout = Milliseconds(scenario.config.timeouts.server_closed).count();
  const TcpEnd* server = connection.server_end;
  if (!server || !server->fin_sent || !IsGone(connection, world_.now() - timeout - kSlack)) return;
  if (!InsideIsLossless(scenario)) return;  // exempt: a FIN or RST that a cable lost
  const auto flow = world_.FlowOf(connection.client, cheat.script.service);
  if (flow && flow->isn_p == cheat.isn_p && IsLive(flow->phase())) {
    world_.Fail("a flow outlives its timers");
  }
}

// Behind all that the client has said, within the server's window: nothing closes (rule 18).
void Witness::CheckForgedReset(const Connection& connection) {
  const TcpEnd* server = connection.server_end;
  if (connection.damage_passed || !server) return;
  if (!connection.client_end->IsOpen() || !server->IsOpen()) return;
  const auto flow = world_.FlowOf(connection.client, connection.plan->service);
  if (flow && !IsLive(flow->phase())) Fail(*server, "its flow is closed by a blind RST");
}

// Whether the one worker has heard by the turn before last what its servers are like. Exempt: what
// an attacker teaches who is the only one that a server has answered.
bool Witness::WasHeardLongAgo(uint16_t service) const {
  const Scenario& scenario = world_.scenario();
  const int64_t life = 2 * Milliseconds(scenario.config.cookie.epoch).count();
  return scenario.workers == 1 &&
         std::any_of(world_.ends().begin(), world_.ends().end(), [&](const TcpEnd& end) {
           return !end.client && end.connection.IsHonest() && end.told_mss == end.stack.mss &&
                  end.connection.plan->service == service && end.opened_at != 0 &&
                  end.opened_at + life < world_.now();
         });
}

// What one client provokes is told to nobody else (rule 16): at least the least of what is
// configured, of what is promised before anything is known and of what the servers are like.
void Witness::CheckMssTold(const TcpEnd& client, uint16_t told) {
  const Scenario& scenario = world_.scenario();
  if (scenario.SomePass()) return;  // a server's own
  const Promise& promise = ServiceOf(scenario, client.connection).promise;
  const auto configured = scenario.v6 ? promise.mss_v6 : promise.mss;
  uint32_t least = scenario.v6 ? kFirstMssV6 : kFirstMss;
  for (const ServerPlan& server : scenario.servers) {
    if (server.service == client.connection.plan->service) {
      least = std::min<uint32_t>(least, server.stack.mss);
    }
  }
  if (configured) least = *configured;
  if (!WasHeardLongAgo(client.connection.plan->service)) {
    least = std::min<uint32_t>(least, scenario.v6 ? kLowestMssV6 : kLowestMss);
  }
  if (told < least) {
    Fail(client, "an MSS that another client has provoked");
  }
}

// The places of all networks of a service.
uint64_t Witness::MostPlaces() const {
  const Scenario& scenario = world_.scenario();
  size_t clients = scenario.clients.size();
  for (const CheatPlan& cheat : scenario.cheats) {
    clients += cheat.from == CheatPlan::From::kAddress ? 1 : cheat.connections;
  }
  uint64_t places = 0;
  for (const ServiceConfig& service : scenario.config.services) {
    places += uint64_t{service.connlimit.above} * clients;
  }
  return places;
}

size_t Witness::NotedFlows(bool (*is_meant)(const Flow&)) const {
  const auto& all = world_.connections();
  return static_cast<size_t>(std::ranges::count_if(all, [&](const Connection& connection) {
    const auto flow = world_.FlowOf(connection.client, connection.plan->service);
    return flow && flow->IsNoted() && is_meant(*flow);
  }));
}

}  // namespace synsplice::sim
