#include "scenario.h"

#include <algorithm>

namespace synsplice::sim {
namespace {

constexpr uint16_t kListenPort = 80;
constexpr uint16_t kBackendPort = 8080;

}  // namespace

Stack DrawStack(Random& random) {
  Stack stack;
  stack.mss = random.Pick<uint16_t>({216, 536, 536, 1220, 1360, 1400, 1460, 1460, 8940});
  if (random.Percent(75)) stack.scale = static_cast<uint8_t>(random.Below(15));
  stack.sack = random.Percent(70);
  stack.timestamps = random.Percent(60);
  stack.ecn = random.Percent(40);
  stack.strict_timestamps = random.Percent(50);
  stack.probes_with_byte = random.Percent(40);
  stack.odd_options = random.Percent(20);
  stack.random_isn = random.Percent(20);
  stack.tsval_offset = random.Percent(60) ? 0u - random.Below(4000) : random.Next32();
  stack.tsval_step = random.Pick<uint32_t>({1, 1, 1, 4, 10});
  stack.buffer = random.Pick<uint32_t>({600, 2000, 8192, 65535, 65535, 300'000});
  // A buffer below one unit of its scale could never open the window.
  if (stack.scale) stack.buffer = std::max(stack.buffer, 1u << *stack.scale);
  stack.rto = random.Between(200, 1000);
  stack.keepalive = random.Between(15'000, 22'000);
  stack.time_wait = random.Pick<int64_t>({500, 5000, 30'000, 60'000});
  return stack;
}

namespace {

LinkQuality DrawQuality(Random& random, bool outside) {
  LinkQuality quality;
  quality.delay = outside ? random.Between(1, 60) : random.Between(1, 5);
  if (random.Percent(50)) {
    if (random.Percent(30)) quality.marking = 300;
    return quality;
  }
  quality.lateness = random.Between(1, 200);
  if (random.Percent(60)) quality.loss = random.Pick<uint32_t>({5, 20, 100, 250});
  if (random.Percent(40)) quality.duplication = random.Pick<uint32_t>({10, 100, 300});
  if (random.Percent(40)) quality.reordering = random.Pick<uint32_t>({10, 100, 400});
  if (random.Percent(25)) quality.corruption = random.Pick<uint32_t>({10, 100});
  if (random.Percent(15)) quality.truncation = random.Pick<uint32_t>({10, 100});
  if (random.Percent(40)) quality.marking = random.Pick<uint32_t>({20, 200, 1000});
  return quality;
}

Script DrawScript(Random& random, const Stack& stack) {
  Script script;
  script.bytes = random.Percent(10)   ? 0
                 : random.Percent(80) ? random.Between(1, 3000)
                                      : random.Between(3000, 20'000);
  // Tiny segments make many: a run stays small.
  if (stack.mss < 1000) script.bytes = std::min(script.bytes, 6000u);
  script.chunk = random.Percent(50) ? 100'000 : random.Between(script.bytes / 8 + 1, 4000);
  script.gap = script.chunk > script.bytes ? 0 : random.Between(1, 400);
  script.pause = random.Percent(60) ? 0 : random.Between(0, 3000);
  if (random.Percent(25)) {
    script.read_chunk = random.Between(script.bytes / 4 + 200, 8000);
    script.read_gap = random.Between(1, 1000);
  }
  return script;
}

void DrawScripts(Random& random, const Scenario& scenario, ConnectionPlan& plan) {
  plan.client = DrawScript(random, scenario.clients[plan.host]);
  // Whoever of the servers gets it.
  plan.server = DrawScript(
      random, scenario.servers[random.Below(static_cast<uint32_t>(scenario.servers.size()))].stack);
  if (random.Percent(60))
    plan.server.wait_for = plan.client.bytes;
  else if (random.Percent(30))
    plan.client.wait_for = plan.server.bytes;
  // One end at least closes of its own accord.
  Script& second = random.Percent(50) ? plan.client : plan.server;
  if (random.Percent(60)) second.end = Script::End::kCloseAfterPeer;
  Script& aborting = random.Percent(50) ? plan.client : plan.server;
  if (random.Percent(12)) aborting.end = Script::End::kAbort;
}

void DrawPath(Random& random, const Scenario& scenario, PathMtu& path) {
  if (random.Percent(75)) return;
  // What an IPv6 segment of a server without timestamps needs at least (README, exempt).
  path.mtu = scenario.v6 ? random.Pick<uint32_t>({1292, 1400, 1480})
                         : random.Pick<uint32_t>({576, 1006, 1280, 1400, 1480});
  path.from = random.Percent(50) ? 0 : random.Below(5000);
}

}  // namespace

void DrawPromise(Random& random, Promise& promise) {
  promise.mss = random.Pick<uint16_t>({536, 1220, 1460, 1460, 1460});
  promise.mss_v6 = random.Pick<uint16_t>({1220, 1440, 1440});
  promise.window_scale = random.Percent(80) ? static_cast<uint8_t>(random.Below(15)) : kNoScale;
  promise.sack = random.Percent(75);
  promise.timestamps = random.Percent(75);
  promise.ecn = random.Percent(40);
}

namespace {

// What is not configured is learned from the backends.
void ForgetSome(Random& random, Promise& promise) {
  if (random.Percent(60)) promise.mss = promise.mss_v6 = std::nullopt;
  if (random.Percent(60)) promise.window_scale.reset();
  if (random.Percent(60)) promise.sack.reset();
  if (random.Percent(60)) promise.timestamps.reset();
  if (random.Percent(60)) promise.ecn.reset();
}

// Often, but whatever the cables lose takes no backend down: a client would be right to complain.
void DrawHealth(bool v6, HealthConfig& health) {
  (v6 ? health.source_v6 : health.source_v4) = CheckSource(v6);
  health.interval = health.timeout = Milliseconds(300);
  health.fall = UINT8_MAX;
}

// With queues that refuse nobody: whoever waits does so for those before him.
void DrawLimits(uint64_t number, ServiceConfig& service) {
  service.opening_queue = Seconds(60);
  if (number % 2 == 0) service.max_opening = 1 + number / 2 % 2;
  if (number % 3 == 0) {
    service.accept_limit = {{{5, Seconds(1)}, 1, RateLimit::Action::kReset}, Seconds(60)};
  }
  if (number % 5 == 0) service.syn_limit = {{4, Seconds(1)}, 5, RateLimit::Action::kDrop};
}

void DrawConfig(Random& random, Scenario& scenario) {
  Config& config = scenario.config;
  ServiceConfig service;
  service.name = "web";
  service.listen = {ListenerEndpoint(scenario.v6)};
  DrawPromise(random, service.promise);
  if (scenario.learns) ForgetSome(random, service.promise);
  const auto servers = static_cast<uint32_t>(scenario.servers.size());
  for (uint32_t i = 0; scenario.nat && i < servers; ++i) {
    service.backends.push_back({BackendEndpoint(scenario, i), std::nullopt});
    if (random.Percent(50)) service.backends.back().mac = *ParseMac("02:00:00:00:00:0e");
  }
  if (random.Percent(40)) {
    service.connlimit.above = random.Between(1, 3);
    if (random.Percent(30)) service.connlimit.prefix_length_v4 = 24;
    if (random.Percent(30)) service.connlimit.prefix_length_v6 = 64;
    if (random.Percent(25)) service.connlimit.action = ConnlimitConfig::Action::kDrop;
  }
  service.flood_syns_per_second = random.Percent(50) ? 10 : 2000;
  // Half of the worlds with tags name their VLAN.
  if (!scenario.tags.empty() && scenario.tags[0] % 2 == 0) service.vlans = {scenario.tags[0]};
  config.services = {service};
  config.flow_table_entries = random.Percent(10) ? 16 : 64;
  config.connlimit_table_entries = 16;
  config.handshake.slots = random.Percent(10) ? 2 : 8;
  config.handshake.hold_frames = random.Between(1, 8);
  config.handshake.hold_frames_total =
      std::max(config.handshake.hold_frames, random.Between(2, 32));
  config.handshake.hold_segments = random.Between(1, 6);
  config.handshake.syn_retries = random.Between(1, 4);
  config.cookie.secret = {random.Next(), random.Next()};
  if (config.cookie.secret.k1 % 4 == 0)
    DrawLimits(config.cookie.secret.k1 >> 8, config.services[0]);
  // What belongs to connections is never one too many.
  if (config.cookie.secret.k1 % 2 == 0) {
    config.services[0].police = {.fragments = 1, .udp = 1, .icmp = 1};
  }
  if (config.cookie.secret.k0 % 3 == 0) DrawHealth(scenario.v6, config.services[0].health);
}

void DrawHosts(Random& random, Scenario& scenario) {
  const uint32_t clients = random.Between(1, 3);
  for (uint32_t i = 0; i < clients; ++i) scenario.clients.push_back(DrawStack(random));
  const uint32_t servers = scenario.nat && random.Percent(40) ? 2 : 1;
  ServerPlan server;
  server.stack = DrawStack(random);
  if (random.Percent(10)) server.deaf_until = random.Between(500, 12'000);
  if (random.Percent(4)) server.refuses = true;
  if (random.Percent(8)) server.restart_at = random.Between(100, 8000);
  for (uint32_t i = 0; i < servers; ++i) {
    if (i > 0) server.stack = DrawStack(random);
    // Nothing smaller can be asked of an IPv6 host (RFC 8200 5).
    if (scenario.v6) server.stack.mss = std::max<uint16_t>(server.stack.mss, 1220);
    scenario.servers.push_back(server);
  }
}

// Some connections teach the promise, later epochs keep it.
void DrawLearning(Random& random, Scenario& scenario) {
  const uint32_t count = random.Between(4, 8);
  for (uint32_t i = 0; i < count; ++i) {
    ConnectionPlan plan;
    plan.host = random.Below(static_cast<uint32_t>(scenario.clients.size()));
    plan.port = static_cast<uint16_t>(40000 + i);
    plan.start = i < count / 2 ? random.Below(15'000) : random.Between(30'000, 90'000);
    DrawScripts(random, scenario, plan);
    scenario.connections.push_back(plan);
  }
}

void DrawConnections(Random& random, Scenario& scenario) {
  if (scenario.learns) return DrawLearning(random, scenario);
  const uint32_t count = random.Percent(50) ? 1 : random.Between(2, 6);
  const uint32_t ports = random.Between(1, 4);
  for (uint32_t i = 0; i < count; ++i) {
    ConnectionPlan plan;
    plan.host = random.Below(static_cast<uint32_t>(scenario.clients.size()));
    plan.port = static_cast<uint16_t>(40000 + random.Below(ports));
    plan.start = random.Percent(70) ? random.Below(3000) : random.Below(40'000);
    plan.reuses_at_once = random.Percent(10);
    DrawScripts(random, scenario, plan);
    scenario.connections.push_back(plan);
  }
}

void DrawFlood(Random& random, FloodPlan& flood) {
  if (random.Percent(60)) return;
  flood.kind = static_cast<FloodPlan::Kind>(random.Between(1, 9));
  flood.frames = random.Between(5, 60);
  flood.start = random.Below(2000);
  flood.length = random.Between(1, 5000);
  flood.from_clients = random.Percent(60);
  flood.from_inside = random.Percent(15);
}

}  // namespace

Endpoint ListenerEndpoint(bool v6, uint16_t service) {
  static const Address kV4 = *ParseAddress("198.18.0.10"), kV6 = *ParseAddress("2001:db8::10");
  Endpoint endpoint{v6 ? kV6 : kV4, kListenPort};
  endpoint.address.bytes[15] = static_cast<uint8_t>(endpoint.address.bytes[15] + service);
  return endpoint;
}

Address CheckSource(bool v6) { return *ParseAddress(v6 ? "2001:db8::250" : "198.18.0.250"); }

Endpoint BackendEndpoint(const Scenario& scenario, uint32_t server) {
  Endpoint endpoint = ListenerEndpoint(scenario.v6, scenario.servers[server].service);
  if (!scenario.nat) return endpoint;
  endpoint.address.bytes[15] = static_cast<uint8_t>(0x20 + server);
  endpoint.port = kBackendPort;
  return endpoint;
}

Address ClientAddress(bool v6, uint32_t host) {
  static const Address kV4 = *ParseAddress("198.18.0.128"), kV6 = *ParseAddress("2001:db8::128");
  Address address = v6 ? kV6 : kV4;
  address.bytes[15] = static_cast<uint8_t>(0x80 + host);
  return address;
}

bool Scenario::IsOrderly() const {
  return outside[0].KeepsOrder() && outside[1].KeepsOrder() && inside[0].KeepsOrder() &&
         inside[1].KeepsOrder();
}

bool Scenario::MayPass() const {
  const bool strangers = flood.kind == FloodPlan::Kind::kNone ||
                         flood.kind == FloodPlan::Kind::kSyn || flood.kind == FloodPlan::Kind::kAck;
  return !nat && strangers && !flood.from_clients && !flood.from_inside &&
         std::ranges::none_of(servers, [](const ServerPlan& server) { return server.IsSick(); });
}

bool Scenario::IsLossless() const {
  return outside[0].IsLossless() && outside[1].IsLossless() && inside[0].IsLossless() &&
         inside[1].IsLossless();
}

namespace {

// Where no SYN is sent again: its first copy may have gone another way, with other options.
bool MaySwitch(const Scenario& scenario) {
  return scenario.MayPass() && !scenario.learns && scenario.IsLossless() && scenario.IsOrderly() &&
         scenario.config.services[0].connlimit.above == 0;
}

}  // namespace

Scenario DrawScenario(Random& random) {
  Scenario scenario;
  scenario.v6 = random.Percent(40);
  scenario.nat = random.Percent(40);
  const uint32_t tags = random.Percent(75) ? 0 : random.Between(1, 2);
  for (uint32_t i = 0; i < tags; ++i) {
    scenario.tags.push_back(static_cast<uint16_t>(random.Between(1, 4094)));
  }
  scenario.workers = random.Percent(70) ? 1 : 2;
  for (LinkQuality& quality : scenario.outside) quality = DrawQuality(random, true);
  for (LinkQuality& quality : scenario.inside) quality = DrawQuality(random, false);
  for (PathMtu& path : scenario.path) DrawPath(random, scenario, path);
  scenario.learns = random.Percent(20);
  scenario.heals_at = random.Between(2000, 12'000);
  DrawHosts(random, scenario);
  DrawConfig(random, scenario);
  DrawConnections(random, scenario);
  DrawFlood(random, scenario.flood);
  scenario.switches = MaySwitch(scenario) && random.Percent(60);
  if (!scenario.switches) return scenario;
  // Nobody is silent for so long, nobody has so many: they are only counted.
  scenario.config.services[0].grace = Seconds(600);
  scenario.config.services[0].connlimit.above = 1000;
  return scenario;
}

}  // namespace synsplice::sim
