#include "explain/connections.h"

#include <fmt/format.h>

#include "explain/explanation.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

SessionKey KeyOfFlow(const Policy& policy, const Flow& flow, const Packet& packet) {
  return {{flow.client, flow.client_port}, policy.listener(flow.listener).endpoint, packet.vids};
}

bool IsReset(const Packet& packet) { return packet.kind == Packet::Kind::kTcp && packet.Has(kRst); }

// A RST for the client of a backend that has not answered ends the connection.
void SeeReset(Connection& connection, bool by_timer) {
  if (connection.opened == Connection::Opened::kNot) return;
  if (connection.phase != Phase::kWaiting) return;
  connection.phase = Phase::kRefused;
  connection.backend_silent = by_timer;
}

void Open(Connection& connection, const JudgedFrame& judged) {
  connection.opened = judged.flow_after->server_opened ? Connection::Opened::kByServer
                                                       : Connection::Opened::kByCookie;
  connection.opened_at = judged.time;
  connection.spliced_at.reset();
  connection.reset_by.reset();
  connection.backend_silent = false;
  connection.was_closed = false;
  connection.forgotten = false;
  connection.phase = Phase::kWaiting;
}

bool IsSpliced(const Flow& flow) {
  return !IsWaiting(flow.phase()) && flow.phase() != Phase::kRefused && !flow.server_opened;
}

std::string ResetText(const Connection& connection) {
  const char* by = connection.reset_by == Side::kInside ? "server" : "client";
  return fmt::format("{}reset by the {}", connection.was_closed ? "closed, then " : "", by);
}

}  // namespace

std::string OpenedText(const Connection& connection) {
  switch (connection.opened) {
    case Connection::Opened::kByCookie:
      return "cookie accepted";
    case Connection::Opened::kByServer:
      return "opened by the server";
    case Connection::Opened::kNot:
      break;
  }
  return connection.asked ? "asked, sent a cookie, never opened" : "never opened";
}

std::string EndText(const Connection& connection) {
  if (connection.opened == Connection::Opened::kNot) return {};
  const bool open = IsWaiting(connection.phase) || IsActive(connection.phase);
  if (connection.forgotten && open) return "forgotten: idle too long";
  switch (connection.phase) {
    case Phase::kWaiting:
      return "still waits for the backend";
    case Phase::kAborted:
      return "reset by the client before the backend had answered";
    case Phase::kEstablished:
      return "still open";
    case Phase::kClientClosed:
      return "half closed by the client";
    case Phase::kServerClosed:
      return "half closed by the server";
    case Phase::kClosing:
      return "both ends have sent FIN";
    case Phase::kTimeWait:
      return "closed";
    case Phase::kClosed:
      return ResetText(connection);
    case Phase::kRefused:
      return connection.backend_silent ? "the backend stayed silent" : "refused";
  }
  return {};
}

std::optional<SessionKey> Connections::KeyOf(const JudgedFrame& judged, const Packet& input,
                                             const Packet& output) const {
  if (judged.flow_after) return KeyOfFlow(policy_, *judged.flow_after, input);
  if (judged.flow_before) return KeyOfFlow(policy_, *judged.flow_before, input);
  if (const auto found = FindSession(policy_, input)) return found->key;
  if (input.kind == Packet::Kind::kTcp) {
    const auto nat = behind_nat_.find({input.destination, input.source, input.vids});
    return nat == behind_nat_.end() ? std::nullopt : std::optional(nat->second);
  }
  // An ICMP error that ends a connection leaves as its RST.
  const auto found = FindSession(policy_, output);
  return found ? std::optional(found->key) : std::nullopt;
}

Connection* Connections::Follow(const SessionKey& key) {
  const auto found = by_key_.find(key);
  if (found != by_key_.end()) return found->second;
  if (connections_.size() == kMost) return nullptr;
  Connection& connection = connections_.emplace_back();
  connection.key = key;
  connection.service =
      policy_.service(policy_.listener(policy_.Find(key.server, key.vids).listener)).name;
  return by_key_[key] = &connection;
}

void Connections::SeeFlow(const JudgedFrame& judged, Connection& connection) {
  const Flow& flow = *judged.flow_after;
  const bool opens = !judged.flow_before || judged.flow_before->isn_p != flow.isn_p;
  if (opens || connection.opened == Connection::Opened::kNot) Open(connection, judged);
  if (!connection.spliced_at && IsSpliced(flow)) connection.spliced_at = judged.time;
  if (flow.phase() == Phase::kClosed && !connection.reset_by) connection.reset_by = judged.side;
  // Who has reset it is told, not that its backend heard so.
  const bool late = connection.phase == Phase::kAborted && flow.phase() == Phase::kRefused;
  if (!late) connection.phase = flow.phase();
  connection.was_closed |= flow.phase() == Phase::kTimeWait;
  if (flow.backend == 0) return;
  connection.backend = policy_.backend(flow.backend).endpoint;
  const SessionKey& key = connection.key;
  if (*connection.backend != key.server) {
    behind_nat_[{key.client, *connection.backend, key.vids}] = key;
  }
}

void Connections::OnJudged(const JudgedFrame& judged) {
  const ParsedFrame input(judged.input.bytes), output(judged.output);
  const auto key = KeyOf(judged, input.packet, output.packet);
  if (!key) return;
  Connection* connection = Follow(*key);
  if (!connection) {
    ++others_;
    return;
  }
  connection->shown |= selection_.shown();
  if (!judged.released) ++connection->frames[static_cast<size_t>(judged.side)];
  if (judged.verdict.reason != Reason::kNone) ++connection->drops[judged.verdict.reason];
  const bool bounced = judged.verdict.kind == Verdict::Kind::kBounce;
  if (bounced && output.packet.Has(kSyn) && output.packet.Has(kAck)) connection->asked = true;
  const bool to_client =
      judged.side == Side::kInside && judged.verdict.kind == Verdict::Kind::kForward;
  if (to_client && IsReset(output.packet)) SeeReset(*connection, false);
  if (judged.flow_after) return SeeFlow(judged, *connection);
  if (input.packet.kind == Packet::Kind::kTcp && !judged.flow_before) connection->forgotten = true;
}

void Connections::OnMade(const MadeFrame& made) {
  if (made.to != Side::kOutside) return;
  const ParsedFrame parsed(made.bytes);
  if (!IsReset(parsed.packet)) return;
  const auto segment = FindSession(policy_, parsed.packet);
  const auto found = segment ? by_key_.find(segment->key) : by_key_.end();
  if (found != by_key_.end()) SeeReset(*found->second, made.by_timer);
}

void Connections::Tell(Explanation& to) const {
  for (const Connection& connection : connections_) {
    if (connection.shown) to.OnConnection(connection);
  }
  if (others_ != 0) {
    to.Note(fmt::format("{} frames of connections behind the first {} are not summed up", others_,
                        kMost));
  }
}

}  // namespace synsplice
