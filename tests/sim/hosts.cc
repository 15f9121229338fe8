// The hosts of the world: who gets a frame, who answers a SYN, what a host says to a stranger.

#include <algorithm>

#include "neighbour.h"
#include "world.h"

namespace synsplice::sim {

using test::kA;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;

TcpEnd& World::NewEnd(Connection& connection, bool client) {
  timer_at_.push_back(INT64_MAX);
  return ends_.emplace_back(*this, connection, client);
}

// The newest end that still lives for this client's address and port.
TcpEnd* World::FindEnd(bool client, uint32_t server, const Endpoint& client_endpoint) {
  for (auto end = ends_.rbegin(); end != ends_.rend(); ++end) {
    if (end->client != client || end->IsClosed()) continue;
    if (!client && end->connection.server_index != server) continue;
    if (end->connection.client == client_endpoint) return &*end;
  }
  return nullptr;
}

Connection* World::FindConnection(const Endpoint& client, uint32_t isn) {
  for (auto connection = connections_.rbegin(); connection != connections_.rend(); ++connection) {
    if (connection->client == client && connection->isn_c == isn) return &*connection;
  }
  for (auto cheat = cheats_.rbegin(); cheat != cheats_.rend(); ++cheat) {
    Connection& connection = cheat->connection;
    if (connection.client == client && connection.isn_c == isn) return &connection;
  }
  return nullptr;
}

// RFC 6528: ISNs of one address and port grow from connection to connection, unless the stack
// draws them.
uint32_t World::IsnFor(const ConnectionPlan& plan, const TcpEnd* before) {
  if (!before) return random_.Isn();
  if (scenario_.clients[plan.host].random_isn) return random_.Next32();
  return before->snd_max + random_.Between(70'000, 1'000'000);
}

void World::Connect(uint32_t index) {
  const ConnectionPlan& plan = scenario_.connections[index];
  const Endpoint client{ClientAddress(scenario_.v6, plan.host), plan.port};
  TcpEnd* before = FindEnd(true, 0, client);
  if (before) {
    if (!plan.reuses_at_once && before->state != TcpEnd::State::kTimeWait) {
      return Plan(now_ + 500, Kind::kConnect, Side::kOutside, index);
    }
    before->Forget();
  }
  for (TcpEnd& end : ends_) {
    if (end.client && end.connection.client == client) before = &end;
  }
  Connection& connection = connections_.emplace_back();
  connection.id = static_cast<int>(connections_.size()) - 1;
  connection.client = client;
  connection.plan = &plan;
  connection.reuses_port = before != nullptr;
  connection.isn_c = IsnFor(plan, before);
  connection.opened_at = now_;
  TcpEnd& end = NewEnd(connection, true);
  connection.client_end = &end;
  Log(end, "connects");
  end.Connect(connection.isn_c);
}

void World::Restart(uint32_t server) {
  for (TcpEnd& end : ends_) {
    if (!end.client && end.connection.server_index == server && !end.IsClosed()) {
      Log(end, "the server forgets it");
      end.Forget();
    }
  }
}

void World::Deliver(Side side, const Packet& packet) {
  trace_.Write(now_, "gets", side, packet);
  const auto frame = test::ReadTcpFrame(packet.bytes);
  if (!frame) {
    if (const auto error = test::ReadIcmpError(packet.bytes)) {
      DeliverError(side, *error, packet.origin);
    } else if (auto answer = AnswerNeighbour(scenario_, packet)) {
      Transmit(Side::kInside, true, std::move(*answer));
    }
    return;
  }
  side == Side::kOutside ? DeliverToClient(*frame, packet.origin)
                         : DeliverToServer(*frame, packet.origin);
}

void World::DeliverToClient(const TcpFrame& frame, const Origin& origin) {
  if (Cheat* cheat = FindCheat(frame.destination)) return CheaterHears(*cheat, frame);
  const bool is_host = std::any_of(
      scenario_.connections.begin(), scenario_.connections.end(), [&](const auto& plan) {
        return frame.destination.address == ClientAddress(scenario_.v6, plan.host);
      });
  if (!is_host) return;  // an address that an attacker has made up
  TcpEnd* end = FindEnd(true, 0, frame.destination);
  if (end && frame.source != ListenerEndpoint(scenario_.v6, end->connection.plan->service)) {
    end = nullptr;
  }
  const bool known =
      std::any_of(scenario_.config.services.begin(), scenario_.config.services.end(),
                  [&](const ServiceConfig& service) { return frame.source == service.listen[0]; });
  if (!known) {
    if (origin.maker != Origin::Maker::kAttacker) Fail("a client hears from nobody it knows");
    return;
  }
  if (!end) return AnswerUnknown(Side::kOutside, frame);
  witness_.OnSegment(*end, frame, origin);
  end->OnSegment(frame, origin);
}

void World::DeliverToServer(const TcpFrame& frame, const Origin& origin) {
  uint32_t server = 0;
  const auto count = static_cast<uint32_t>(scenario_.servers.size());
  while (server < count && frame.destination != BackendEndpoint(scenario_, server)) ++server;
  if (server == count) {
    if (origin.maker != Origin::Maker::kAttacker) Fail("a segment to a server that is not there");
    return;
  }
  if (frame.destination_mac != kServerMac) Fail("a server's frame for another MAC address");
  if (frame.source.address == CheckSource(scenario_.v6)) return AnswerCheck(server, frame);
  TcpEnd* end = FindEnd(false, server, frame.source);
  if ((frame.flags & (kS | kA | kR)) == kS) return OnSynAtServer(server, frame, end);
  if (!end) return AnswerUnknown(Side::kInside, frame);
  witness_.OnSegment(*end, frame, origin);
  end->OnSegment(frame, origin);
}

void World::OnSynAtServer(uint32_t server, const TcpFrame& frame, TcpEnd* existing) {
  Connection* connection = FindConnection(frame.source, frame.seq);
  witness_.OnSynAtServer(connection, frame);
  if (!connection) return;
  const ServerPlan& plan = scenario_.servers[server];
  if (now_ < plan.deaf_until) return;
  if (plan.late == 0) return TakeSyn(server, frame, existing);
  late_syns_.push_back({server, frame});
  Plan(now_ + plan.late, Kind::kLateSyn, Side::kInside,
       static_cast<uint32_t>(late_syns_.size()) - 1);
}

void World::AcceptLate(uint32_t index) {
  const auto& [server, frame] = late_syns_[index];
  TakeSyn(server, frame, FindEnd(false, server, frame.source));
}

void World::TakeSyn(uint32_t server, const TcpFrame& frame, TcpEnd* existing) {
  if (existing) {
    // RFC 9293 3.6.1, RFC 6191: a later SYN ends a TIME_WAIT.
    const bool later = SeqDiff(frame.seq, existing->rcv_nxt) > 0;
    if (existing->state != TcpEnd::State::kTimeWait || !later) {
      return existing->OnSegment(frame, {.maker = Origin::Maker::kProxy});
    }
    existing->OnTimer();
    if (!existing->IsClosed()) existing->Forget();
  }
  if (scenario_.servers[server].refuses) return AnswerUnknown(Side::kInside, frame);
  Connection* connection = FindConnection(frame.source, frame.seq);
  if (!connection) return;
  connection->server_index = server;
  // An old SYN may open a connection once more: no host has the same number for it.
  const bool has_old = connection->reuses_port || connection->spliced;
  TcpEnd& end = NewEnd(*connection, false);
  Log(end, "gets a SYN");
  end.Accept(frame, has_old ? random_.Next32() : random_.Isn());
}

// A server that takes SYNs answers with its own, as often as its host likes.
void World::AnswerCheck(uint32_t server, const TcpFrame& syn) {
  const ServerPlan& plan = scenario_.servers[server];
  if (syn.flags == kR || now_ < plan.deaf_until) return;
  if (syn.flags != kS) return Fail("a check is neither SYN nor RST");
  if (plan.refuses) return AnswerUnknown(Side::kInside, syn);
  TcpFrame answer;
  answer.source = syn.destination, answer.destination = syn.source;
  answer.source_mac = kServerMac, answer.destination_mac = kInsideMac;
  answer.seq = random_.Next32(), answer.ack = syn.seq + 1;
  answer.flags = kS | kA;
  Packet packet{answer.Build(), {}};
  packet.origin.maker = Origin::Maker::kServer;
  packet.origin.flags = answer.flags;
  packet.origin.connection = kNoConnection;
  trace_.Write(now_, "sends", Side::kInside, packet, "to a check");
  Transmit(Side::kInside, true, std::move(packet));
}

// RFC 9293 3.10.7.1
void World::AnswerUnknown(Side side, const TcpFrame& frame) {
  if (frame.flags & kR) return;
  TcpFrame reset;
  reset.source = frame.destination;
  reset.destination = frame.source;
  reset.source_mac = frame.destination_mac;
  reset.destination_mac = frame.source_mac;
  if (side == Side::kInside) reset.destination_mac = kClientMac;
  reset.tags = frame.tags;
  reset.flags = kR;
  if (frame.flags & kA) {
    reset.seq = frame.ack;
  } else {
    reset.flags |= kA;
    reset.ack = frame.seq + static_cast<uint32_t>(frame.payload.size()) +
                ((frame.flags & kS) != 0) + ((frame.flags & kF) != 0);
  }
  const bool client = side == Side::kOutside;
  const Endpoint& who = client ? frame.destination : frame.source;
  for (Connection& connection : connections_) {
    if (connection.client != who) continue;
    (client ? connection.client_reset_sent : connection.server_reset_sent) = true;
  }
  Packet packet{reset.Build(), {}};
  packet.origin.maker = client ? Origin::Maker::kClient : Origin::Maker::kServer;
  packet.origin.flags = reset.flags;
  packet.origin.connection = kNoConnection;
  trace_.Write(now_, "sends", side, packet, "unknown here");
  Transmit(side, true, std::move(packet));
}

void World::NoteResetSent(const TcpEnd& end) {
  for (Connection& connection : connections_) {
    if (connection.client != end.connection.client) continue;
    (end.client ? connection.client_reset_sent : connection.server_reset_sent) = true;
  }
}

void World::OnAccepted(TcpEnd& end) {
  Log(end, "is open");
  end.connection.server_end = &end;
  end.connection.spliced = true;
  end.opened_at = now_;
  witness_.OnAccepted(end);
}

void World::OnEndClosed(TcpEnd& end) {
  static constexpr const char* kNames[] = {"none",    "done",      "aborted",  "reset",
                                           "refused", "timed out", "forgotten"};
  Log(end, kNames[static_cast<int>(end.outcome)]);
  if (end.outcome == TcpEnd::Outcome::kTimedOut) witness_.OnTimedOut(end);
}

}  // namespace synsplice::sim
