// The hosts: Ethernet around what lwIP sends and receives, who listens, who connects.

#include <algorithm>

#include "lwip_world.h"
#include "neighbour.h"

namespace synsplice::sim {
namespace {

constexpr uint32_t kFirstServer = 4;  // of the stack's hosts
constexpr size_t kMacs = 12;
constexpr int kEqualAcksPerTick = 10;

// Where the IP header begins; past the end of `frame` when it has none.
size_t IpHeader(const test::Bytes& frame) {
  size_t at = kMacs;
  while (at + 2 < frame.size() && (frame[at] == 0x81 || frame[at] == 0x88)) at += 4;
  return at + 2;
}

// Nobody's (unspecified) for what is not IP.
Address DestinationOf(std::span<const uint8_t> packet) {
  const bool v6 = !packet.empty() && packet[0] >> 4 == 6;
  const size_t at = v6 ? 24 : 16, length = v6 ? 16 : 4;
  if (packet.size() < at + length) return {};
  return Address::FromWire(packet.data() + at, v6);
}

test::Bytes Ethernet(const Mac& from, const Mac& to, const std::vector<uint16_t>& tags, bool v6) {
  test::Bytes header(to.bytes.begin(), to.bytes.end());
  header.insert(header.end(), from.bytes.begin(), from.bytes.end());
  for (size_t i = 0; i < tags.size(); ++i) {
    const uint16_t type = i + 1 < tags.size() ? 0x88a8 : 0x8100;
    for (const uint16_t word : {type, tags[i]}) {
      header.push_back(static_cast<uint8_t>(word >> 8));
      header.push_back(static_cast<uint8_t>(word));
    }
  }
  header.insert(header.end(),
                {static_cast<uint8_t>(v6 ? 0x86 : 0x08), static_cast<uint8_t>(v6 ? 0xdd : 0x00)});
  return header;
}

}  // namespace

void LwipWorld::SetUpHosts() {
  const bool v6 = scenario_.v6;
  const uint16_t headers = v6 ? 60 : 40, smallest = v6 ? 1280 : 68, largest = 1500;
  for (uint32_t i = 0; i < scenario_.clients.size(); ++i) {
    const auto mtu = static_cast<uint16_t>(scenario_.clients[i].mss + headers);
    stack_.AddHost(i, ClientAddress(v6, i), std::clamp(mtu, smallest, largest));
  }
  for (uint32_t i = 0; i < scenario_.servers.size(); ++i) {
    stack_.AddHost(kFirstServer + i, BackendEndpoint(scenario_, i).address, largest);
    if (!scenario_.servers[i].refuses) Listen(i);
  }
}

void LwipWorld::Listen(uint32_t server) {
  tcp_pcb* const pcb = stack_.Bind(kFirstServer + server, BackendEndpoint(scenario_, server));
  tcp_pcb* const listener = stack_.Listen(*pcb);
  tcp_arg(listener, this);
  tcp_accept(listener, [](void* world, tcp_pcb* accepted, err_t) -> err_t {
    static_cast<LwipWorld*>(world)->Accept(*accepted);
    return ERR_OK;
  });
}

// `isn`: of the client's SYN; null for the newest connection of this address and port.
LwipPair* LwipWorld::FindPair(const Endpoint& client, const uint32_t* isn) {
  for (auto pair = pairs_.rbegin(); pair != pairs_.rend(); ++pair) {
    if (pair->client == client && (!isn || pair->isn_c == *isn)) return &*pair;
  }
  return nullptr;
}

// lwIP asks for the number behind the SYN's.
uint32_t LwipWorld::NextIsn(const tcp_pcb& pcb) {
  const LwipPair* connecting = FindPair(EndpointOf(pcb.local_ip, pcb.local_port), nullptr);
  if (connecting) return connecting->isn_c + 1;
  // Far from that of a port's earlier connection, as RFC 6528 would have it.
  return scenario_.connections.size() == 1 ? random_.Isn() + 1 : random_.Next32();
}

void LwipWorld::Connect(uint32_t index) {
  const ConnectionPlan& plan = scenario_.connections[index];
  const Endpoint client{ClientAddress(scenario_.v6, plan.host), plan.port};
  const Endpoint server = ListenerEndpoint(scenario_.v6);
  const LwipPair* before = FindPair(client, nullptr);
  if (before && !before->client_end->IsClosed()) {
    if (!plan.reuses_at_once) return Plan(now_ + 500, Kind::kConnect, Side::kOutside, index);
    before->client_end->Forget();
  }
  stack_.EndTimeWait(client, server);
  LwipPair& pair = pairs_.emplace_back();
  pair.id = static_cast<int>(pairs_.size()) - 1;
  pair.client = client;
  pair.plan = &plan;
  // RFC 6528: ISNs of one address and port grow from connection to connection.
  pair.isn_c =
      before ? before->isn_c + before->client_end->written() + random_.Between(70'000, 1'000'000)
             : random_.Isn();
  pair.client_end = &ends_.emplace_back(pair.id, true, plan.client, now_);
  noted_.push_back(false);
  tcp_pcb* const pcb = stack_.Bind(plan.host, client);
  if (!pcb) return Fail("a client cannot have its port");
  pair.client_end->Attach(*pcb, scenario_.clients[plan.host].keepalive);
  trace_.Line(now_, "client " + std::to_string(pair.id) + " connects");
  if (stack_.Connect(*pcb, server) != ERR_OK) Fail("a client cannot connect");
}

void LwipWorld::Restart(uint32_t server) {
  trace_.Line(now_, "a server forgets everything");
  const Address address = BackendEndpoint(scenario_, server).address;
  for (LwipEnd& end : ends_) {
    if (!end.client() && !end.IsClosed() && end.server() == server) end.Forget();
  }
  stack_.Forget(address);
  RunApplications({});
}

// In the callback of a server's lwIP: the third segment of the handshake has come.
void LwipWorld::Accept(tcp_pcb& pcb) {
  const uint32_t isn = pcb.rcv_nxt - 1;
  LwipPair* pair = FindPair(EndpointOf(pcb.remote_ip, pcb.remote_port), &isn);
  if (!pair) return Fail("a server has a connection that no client has opened");
  uint32_t server = 0;
  const Address local = EndpointOf(pcb.local_ip, pcb.local_port).address;
  while (BackendEndpoint(scenario_, server).address != local) ++server;
  trace_.Line(now_, "server " + std::to_string(pair->id) + " is open");
  pair->server_end = &ends_.emplace_back(pair->id, false, pair->plan->server, now_, server);
  noted_.push_back(false);
  pair->server_end->Attach(pcb, scenario_.servers[server].stack.keepalive);
}

// lwIP has no limit for its challenge ACKs (RFC 5961 7): two ends that disagree would answer each
// other for ever. Its host has one.
bool LwipWorld::IsChallengeTooMany(uint32_t host, const test::TcpFrame& segment) {
  if (segment.flags != test::kA || !segment.payload.empty()) return false;
  EqualAcks& last = equal_acks_[host];
  if (segment.seq != last.seq || segment.ack != last.ack) last = {segment.seq, segment.ack, 0};
  return ++last.count > kEqualAcksPerTick;
}

void LwipWorld::Sign(const test::TcpFrame& segment, Origin& origin) {
  const bool client = origin.maker == Origin::Maker::kClient;
  const Endpoint& endpoint = client ? segment.source : segment.destination;
  origin.flags = segment.flags;
  origin.length = static_cast<uint32_t>(segment.payload.size());
  if (!(segment.flags & test::kR)) {
    if (const LwipPair* pair = FindPair(endpoint, nullptr)) origin.connection = pair->id;
    return;
  }
  for (LwipPair& pair : pairs_) {
    if (pair.client == endpoint) (client ? pair.client_reset_sent : pair.server_reset_sent) = true;
  }
}

void LwipWorld::OnOutput(uint32_t host, std::span<const uint8_t> packet) {
  const bool client = host < kFirstServer;
  const bool v6 = scenario_.v6;
  Packet frame;
  frame.bytes =
      client ? Ethernet(kClientMac, scenario_.nat ? kOutsideMac : kServerMac, scenario_.tags, v6)
             : Ethernet(kServerMac, kClientMac, scenario_.tags, v6);
  frame.bytes.insert(frame.bytes.end(), packet.begin(), packet.end());
  frame.origin.maker = client ? Origin::Maker::kClient : Origin::Maker::kServer;
  const Side side = client ? Side::kOutside : Side::kInside;
  if (const auto segment = test::ReadTcpFrame(frame.bytes)) {
    if (IsChallengeTooMany(host, *segment)) return;
    Sign(*segment, frame.origin);
  }
  trace_.Write(now_, "sends", side, frame);
  Transmit(side, true, std::move(frame));
}

void LwipWorld::Deliver(Side side, const Packet& packet) {
  trace_.Write(now_, "gets", side, packet);
  JudgeArrival(side, packet);
  const size_t ip = std::min(IpHeader(packet.bytes), packet.bytes.size());
  const std::span<const uint8_t> contents = std::span(packet.bytes).subspan(ip);
  const Address destination = DestinationOf(contents);
  if (side == Side::kOutside) {
    for (uint32_t i = 0; i < scenario_.clients.size(); ++i) {
      if (destination == ClientAddress(scenario_.v6, i)) stack_.Input(i, contents);
    }
    return RunApplications(packet.origin);
  }
  if (auto answer = AnswerNeighbour(scenario_, packet)) {
    return Transmit(Side::kInside, true, std::move(*answer));
  }
  for (uint32_t i = 0; i < scenario_.servers.size(); ++i) {
    if (destination != BackendEndpoint(scenario_, i).address) continue;
    if (ReachesServer(i, packet)) stack_.Input(kFirstServer + i, contents);
  }
  RunApplications(packet.origin);
}

bool LwipWorld::ReachesServer(uint32_t server, const Packet& packet) {
  const auto segment = test::ReadTcpFrame(packet.bytes);
  if (!segment || !(segment->flags & test::kS)) return true;
  JudgeSyn(*segment);
  if (now_ < scenario_.servers[server].deaf_until) return false;
  stack_.EndTimeWait(segment->destination, segment->source);
  return true;
}

// After everything that the stack has done; `origin`: of the frame that it has got, if any.
void LwipWorld::RunApplications(const Origin& origin) {
  for (size_t i = 0; i < ends_.size(); ++i) {
    LwipEnd& end = ends_[i];
    LwipPair& pair = pairs_[static_cast<size_t>(end.connection())];
    if (end.client()) pair.handshake_done |= end.IsOpen();
    end.Run(now_);
    if (end.IsSpoilt()) Fail(end, "a wrong byte");
    if (!end.IsClosed() || noted_[i]) continue;
    noted_[i] = true;
    trace_.Line(now_, end.ToString());
    if (end.outcome() == LwipEnd::Outcome::kReset) JudgeReset(end, pair, origin);
  }
}

}  // namespace synsplice::sim
