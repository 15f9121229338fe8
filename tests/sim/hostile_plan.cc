// Worlds with attackers who have addresses of their own, servers that hang, and a second service
// that must not notice.

#include <algorithm>

#include "scenario.h"

namespace synsplice::sim {
namespace {

constexpr uint32_t kHostile = 20;  // percent of the worlds
constexpr uint32_t kPassing = 30;
constexpr int64_t kForEver = 1'000'000'000;
constexpr uint16_t kFirstCheaterPort = 50000;

void DrawSickness(Random& random, ServerPlan& server) {
  switch (random.Below(8)) {
    case 0:
    case 1:
      server.deaf_until = kForEver;
      return;
    case 2:
      server.deaf_until = random.Between(2000, 20'000);
      return;
    case 3:
      server.late = random.Between(100, 9000);
      return;
    case 4:
      server.cookies_until = random.Between(1000, 40'000);
      return;
    case 5:
      server.restart_at = random.Between(1000, 12'000);
      return;
    default:
      return;
  }
}

// One of several servers, or the only one.
void DrawSickness(Random& random, std::vector<ServerPlan>& servers) {
  DrawSickness(random, servers[random.Below(static_cast<uint32_t>(servers.size()))]);
}

void AddService(Random& random, Scenario& scenario) {
  Config& config = scenario.config;
  ServiceConfig service = config.services[0];
  service.name = "other";
  service.listen = {ListenerEndpoint(scenario.v6, 1)};
  DrawPromise(random, service.promise);
  ServerPlan server;
  server.stack = DrawStack(random);
  server.service = 1;
  if (scenario.v6) server.stack.mss = std::max<uint16_t>(server.stack.mss, 1220);
  scenario.servers.push_back(server);
  service.backends.clear();
  const auto index = static_cast<uint32_t>(scenario.servers.size() - 1);
  if (scenario.nat) {
    service.backends.push_back({BackendEndpoint(scenario, index), std::nullopt});
  }
  config.services.push_back(service);
  for (ConnectionPlan& plan : scenario.connections) {
    if (random.Percent(40)) continue;
    plan.service = 1;
    plan.port = static_cast<uint16_t>(plan.port + 1000);
  }
}

void DrawLimits(Random& random, Scenario& scenario) {
  Config& config = scenario.config;
  for (ServiceConfig& service : config.services) {
    service.connlimit.above = random.Percent(60) ? random.Between(1, 4) : 0;
    if (random.Percent(40)) service.promise.mss = service.promise.mss_v6 = std::nullopt;
  }
  // Room for shares: what is divided among three must be more than three times what the clients,
  // who may be of one network, have at once.
  config.handshake.slots = 32;
  config.handshake.hold_frames_total = 32;
  config.flow_table_entries = random.Percent(50) ? 32 : 64;
  if (random.Percent(50)) config.timeouts.server_closed = Seconds{8};
  if (random.Percent(50)) config.timeouts.evictable_idle = Seconds{8};
}

// Some cables lose nothing: what is counted at the servers is exact there.
void DrawCables(Random& random, Scenario& scenario) {
  if (random.Percent(40)) return;
  for (LinkQuality& link : scenario.inside) link = {.delay = link.delay};
}

CheatPlan DrawCheat(Random& random, const Scenario& scenario) {
  using Kind = CheatPlan::Kind;
  CheatPlan cheat;
  cheat.kind = static_cast<Kind>(random.Below(static_cast<uint32_t>(Kind::kMixed) + 1));
  cheat.from = random.Percent(50) ? CheatPlan::From::kAddress : CheatPlan::From::kNetwork;
  cheat.service = random.Percent(90) || scenario.config.services.size() == 1 ? 0 : 1;
  const bool many = cheat.kind == Kind::kAborts || cheat.kind == Kind::kKeepalives;
  cheat.connections = many ? random.Between(10, 40) : random.Between(1, 8);
  cheat.start = random.Below(3000);
  cheat.gap = many ? random.Between(5, 150) : random.Between(20, 2000);
  cheat.moves = random.Between(1, 8);
  cheat.move_gap = random.Pick<int64_t>({5, 50, 500, 3000, 5000, 7000});
  if (cheat.kind == Kind::kKeepalives) cheat.gap = random.Between(5, 600);
  if (cheat.kind == Kind::kAborts) cheat.move_gap = random.Between(1, 20);
  // Timers must have a chance to end.
  if (cheat.kind == Kind::kOldAcks) cheat.moves = random.Between(8, 16);
  cheat.ports = random.Percent(70) ? 1000 : static_cast<uint16_t>(random.Between(1, 3));
  cheat.timestamps = random.Percent(50);
  cheat.scale = random.Percent(50);
  return cheat;
}

// Early and late connections of each service. Some are quiet for longer than what refreshes itself
// all the time.
void AddConnections(Random& random, Scenario& scenario, std::initializer_list<int64_t> starts) {
  for (uint16_t service = 0; service < scenario.config.services.size(); ++service) {
    for (const int64_t start : starts) {
      ConnectionPlan plan;
      plan.host = random.Below(static_cast<uint32_t>(scenario.clients.size()));
      plan.port = static_cast<uint16_t>(42'000 + scenario.connections.size());
      plan.service = service;
      plan.start = start;
      plan.client.bytes = random.Between(1, 4000);
      plan.client.chunk = 100'000;
      plan.client.pause = random.Percent(50) ? 0 : random.Between(9000, 14'000);
      plan.server.wait_for = plan.client.bytes;
      scenario.connections.push_back(plan);
    }
  }
}

void DrawHostility(Random& random, Scenario& scenario) {
  DrawSickness(random, scenario.servers);
  // A server that hangs for good is found down by checks, and asked no more: its clients would be
  // right to complain.
  scenario.config.services[0].health = {};
  if (random.Percent(60)) AddService(random, scenario);
  DrawLimits(random, scenario);
  DrawCables(random, scenario);
  const uint32_t cheats = random.Between(1, 2);
  for (uint32_t i = 0; i < cheats; ++i) scenario.cheats.push_back(DrawCheat(random, scenario));
  const auto has = [&](CheatPlan::Kind kind) {
    return std::ranges::any_of(scenario.cheats,
                               [&](const CheatPlan& cheat) { return cheat.kind == kind; });
  };
  // What the first one taught is told to the last one.
  if (has(CheatPlan::Kind::kTooBig)) AddConnections(random, scenario, {100, 70'000, 200'000});
  // A full table makes room for one while another one is quiet.
  if (has(CheatPlan::Kind::kKeepalives)) AddConnections(random, scenario, {100, 10'000});
  if (random.Percent(30)) scenario.forged_resets = random.Between(2, 10);
}

}  // namespace

// A network of its own for each plan, away from those of the clients.
Endpoint CheaterEndpoint(const Scenario& scenario, uint32_t plan, uint32_t number) {
  Address address = *ParseAddress(scenario.v6 ? "2001:db8:0:1::1" : "198.18.1.1");
  const CheatPlan& cheat = scenario.cheats[plan];
  const size_t network = scenario.v6 ? 7 : 14;
  address.bytes[network] = static_cast<uint8_t>(address.bytes[network] + plan);
  if (cheat.from == CheatPlan::From::kNetwork) {
    address.bytes[15] = static_cast<uint8_t>(1 + number % 200);
  }
  return {address, static_cast<uint16_t>(kFirstCheaterPort + number % cheat.ports)};
}

Scenario DrawWorld(Random& random) {
  Scenario scenario = DrawScenario(random);
  Random hostile = random.Fork();
  if (scenario.switches) return scenario;
  if (hostile.Percent(kHostile)) {
    DrawHostility(hostile, scenario);
  } else if (scenario.MayPass() && hostile.Percent(kPassing)) {
    scenario.passes = true;
    scenario.config.services[0].mode = hostile.Percent(50) ? Mode::kOff : Mode::kMonitor;
    scenario.config.services[0].connlimit.above = 1000;
  }
  return scenario;
}

}  // namespace synsplice::sim
