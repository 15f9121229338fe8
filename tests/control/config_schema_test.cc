// Good configurations: every key reaches its field.
#include "control/config_schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>

#include "control/load_text.h"

namespace synsplice {
namespace {

const std::filesystem::path kConf = SYNSPLICE_CONF;

ApplianceConfig Good(std::string_view text) {
  EXPECT_EQ(Complaints(text), "");
  return LoadText(text).config;
}

ServiceConfig GoodService(const std::string& keys) {
  const auto config = Good("services:\n- {name: a, listen: [\"198.18.0.1:80\"], " + keys + "}\n");
  return config.core.services.empty() ? ServiceConfig() : config.core.services[0];
}

TEST(ConfigSchema, PortsWorkersAndMemory) {
  const ApplianceConfig config = Good(R"(
ports: {outside: {device: "0000:03:00.0"}, inside: {device: "net_tap0,iface=x"}, mtu: 9000,
        queues: 2}
workers: 3
idle: adaptive
memory: {huge_pages: true, mbufs: 65536, mbuf_data_room: 16512}
statistics: {interval: 500ms}
events: {file: /var/log/events.json, journal: true, socket: /run/reader.sock}
admin: {socket: /run/synsplice/api.sock, operators: netops, listen: "127.0.0.1:9117", token_file: /etc/token}
)");
  EXPECT_EQ(config.ports, (PortsConfig{"0000:03:00.0", "net_tap0,iface=x", 9000, 2, {}, {}}));
  EXPECT_EQ(config.workers, 3u);
  EXPECT_EQ(config.idle, Idle::kAdaptive);
  EXPECT_TRUE(config.huge_pages);
  EXPECT_EQ(config.mbufs, 65536u);
  EXPECT_EQ(config.mbuf_data_room, 16512);
  EXPECT_EQ(config.statistics_interval, Milliseconds(500));
  EXPECT_EQ(config.events, (EventsConfig{"/var/log/events.json", true, "/run/reader.sock"}));
  EXPECT_EQ(config.admin, (AdminConfig{"/run/synsplice/api.sock",
                                       "netops",
                                       *ParseEndpoint("127.0.0.1:9117"),
                                       "/etc/token",
                                       {}}));
}

TEST(ConfigSchema, Lists) {
  const ApplianceConfig config = Good(R"(
state: {folder: /var/lib/synsplice}
lists:
- {name: drop}
- {name: partners, tier: allow}
services:
- {name: a, listen: ["198.18.0.1:80"], lists: [drop],
   connlimit: {above: 5, overload: drop, ban_time: 2min}}
)");
  EXPECT_EQ(config.state_folder, "/var/lib/synsplice");
  EXPECT_EQ(config.core.lists,
            (std::vector<ListConfig>{{"drop", Tier::kBlock, ""}, {"partners", Tier::kAllow, ""}}));
  const ServiceConfig& service = config.core.services[0];
  EXPECT_EQ(service.lists, std::vector<std::string>{"drop"});
  EXPECT_EQ(service.connlimit.overload, "drop");
  EXPECT_EQ(service.connlimit.ban_time, Seconds(120));
}

TEST(ConfigSchema, TablesHandshakeAndTimeouts) {
  const ApplianceConfig config = Good(R"(
cookie: {secret_file: /etc/synsplice/secret, epoch: 1min}
flow_table: {entries: 16}
connlimit_table: {entries: 17}
handshake: {slots: 1, syn_retries: 2, hold_segments: 3, hold_frames: 4, hold_frames_total: 5,
            wrong_cookie_resets_per_second: 6}
timeouts: {established: 2h, client_closed: 3h, server_closed: 4min, closing: 5min, time_wait: 6min,
           closed: 7min, refused: 8min, evictable_idle: 9s, evictable_wait: 10s}
)");
  EXPECT_EQ(config.secret_file, "/etc/synsplice/secret");
  EXPECT_EQ(config.core.cookie.epoch, Seconds(60));
  EXPECT_EQ(config.core.flow_table_entries, 16u);
  EXPECT_EQ(config.core.connlimit_table_entries, 17u);
  EXPECT_EQ(config.core.handshake, (HandshakeConfig{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(config.core.timeouts,
            (TimeoutConfig{Seconds(7200), Seconds(10800), Seconds(240), Seconds(300), Seconds(360),
                           Seconds(420), Seconds(480), Seconds(9), Seconds(10)}));
}

TEST(ConfigSchema, ServiceWithAllKeys) {
  const ApplianceConfig config = Good(R"(
services:
  - name: web-1.example_com
    listen: ["198.18.0.10:80", "[2001:db8::10]:443"]
    backends:
      - 198.18.0.11:8080
      - {address: "[2001:db8::11]:8443", mac: "02:00:00:00:00:12", weight: 256}
    promise: {mss: 8960, mss_v6: 8940, window_scale: 14, sack: false, timestamps: false,
              ecn: true}
    connlimit: {above: 50, prefix_v4: 24, prefix_v6: 64, action: drop}
    syn_limit: {rate: 5000/s, burst: 10000, action: reset}
    syn_limit_per_source: {rate: 3/second, burst: 6, prefix_v4: 24, prefix_v6: 56}
    accept_limit: {rate: 100/min, burst: 7, action: drop, queue: 500ms}
    accept_limit_per_source: {rate: 1/day, action: reset, prefix_v4: 16}
    max_opening: 100
    opening_queue: 2s
    wrong_cookie: reset
    flood_syns_per_second: 10
    end_to_end_ack: true
    direct: bridge
    when_down: reset
    health: {source_v4: 198.18.0.250, source_v6: "2001:db8::250", vlan: 7, interval: 500ms,
             timeout: 300ms, rise: 4, fall: 5}
    slow_start: 30s
    police: {ack: 1, syn_ack: 2, rst: 3, fin: 4, fragments: 5, udp: 6, icmp: 10000000}
)");
  ServiceConfig expected;
  expected.name = "web-1.example_com";
  expected.listen = {*ParseEndpoint("198.18.0.10:80"), *ParseEndpoint("[2001:db8::10]:443")};
  expected.backends = {{*ParseEndpoint("198.18.0.11:8080"), std::nullopt},
                       {*ParseEndpoint("[2001:db8::11]:8443"), ParseMac("02:00:00:00:00:12"), 256}};
  expected.promise = {8960, 8940, 14, false, false, true};
  expected.connlimit = {50, 24, 64, ConnlimitConfig::Action::kDrop};
  expected.syn_limit = {{5000, Seconds(1)}, 10000, RateLimit::Action::kReset};
  expected.syn_limit_per_source = {{{3, Seconds(1)}, 6, RateLimit::Action::kDrop}, 24, 56};
  expected.accept_limit = {{{100, Seconds(60)}, 7, RateLimit::Action::kDrop}, Milliseconds(500)};
  expected.accept_limit_per_source = {{{1, Seconds(86400)}, 5, RateLimit::Action::kReset}, 16};
  expected.max_opening = 100;
  expected.opening_queue = Seconds(2);
  expected.wrong_cookie = ServiceConfig::WrongCookie::kReset;
  expected.flood_syns_per_second = 10;
  expected.end_to_end_ack = true;
  expected.direct = ServiceConfig::Direct::kBridge;
  expected.when_down = ServiceConfig::WhenDown::kReset;
  expected.health = {*ParseAddress("198.18.0.250"),
                     *ParseAddress("2001:db8::250"),
                     7,
                     Milliseconds(500),
                     Milliseconds(300),
                     4,
                     5};
  expected.slow_start = Seconds(30);
  expected.police = {1, 2, 3, 4, 5, 6, 10'000'000};
  ASSERT_EQ(config.core.services.size(), 1u);
  EXPECT_EQ(config.core.services[0], expected);
}

TEST(ConfigSchema, ASourceOfChecksIsOneAddressOfItsFamily) {
  const auto complaint = [](const std::string& key) {
    return Complaints("services: [{name: a, listen: [\"198.18.0.1:80\"], health: {" + key + "}}]");
  };
  EXPECT_NE(complaint("source_v4: \"::1\"").find("'::1' is not an IPv4 address"),
            std::string::npos);
  EXPECT_NE(complaint("source_v4: host").find("'host' is a name"), std::string::npos);
  EXPECT_NE(complaint("source_v6: 198.18.0.0/24").find("is a network"), std::string::npos);
  EXPECT_NE(complaint("rise: 3").find("needs source_v4"), std::string::npos);
}

TEST(ConfigSchema, Vlans) {
  EXPECT_THAT(GoodService("vlans: [10, 0]").vlans, testing::ElementsAre(10, 0));
  EXPECT_THAT(GoodService("").vlans, testing::IsEmpty());
}

TEST(ConfigSchema, SignedBypass) {
  EXPECT_EQ(GoodService("signed_bypass: [198.18.3.0/24]").signed_bypass,
            (std::vector<Prefix>{{*ParseAddress("198.18.3.0"), 24}}));
}

TEST(ConfigSchema, Words) {
  using WrongCookie = ServiceConfig::WrongCookie;
  EXPECT_EQ(GoodService("wrong_cookie: auto").wrong_cookie, WrongCookie::kAuto);
  EXPECT_EQ(GoodService("wrong_cookie: drop").wrong_cookie, WrongCookie::kDrop);
  EXPECT_EQ(GoodService("when_down: drop").when_down, ServiceConfig::WhenDown::kDrop);
  EXPECT_EQ(GoodService("mode: off").mode, Mode::kOff);
  EXPECT_EQ(GoodService("mode: monitor").mode, Mode::kMonitor);
  EXPECT_EQ(GoodService("mode: always").mode, Mode::kAlways);
  EXPECT_EQ(GoodService("adopt: on_start").adopt, ServiceConfig::Adopt::kOnStart);
  EXPECT_EQ(GoodService("adopt: never").adopt, ServiceConfig::Adopt::kNever);
  EXPECT_EQ(GoodService("grace: 5s").grace, Seconds(5));
  EXPECT_EQ(GoodService("direct: drop").direct, ServiceConfig::Direct::kDrop);
  EXPECT_EQ(GoodService("connlimit: {action: reset}").connlimit.action,
            ConnlimitConfig::Action::kReset);
  EXPECT_EQ(GoodService("promise: {window_scale: none}").promise.window_scale, kNoScale);
  EXPECT_EQ(GoodService("promise: {window_scale: auto}").promise.window_scale, std::nullopt);
  EXPECT_EQ(GoodService("promise: {mss: auto, sack: auto}").promise, Promise{});
  EXPECT_EQ(GoodService("promise: {window_scale: 0}").promise.window_scale, 0);
}

TEST(ConfigSchema, Adaptive) {
  const ServiceConfig service = GoodService(
      "mode: adaptive, adaptive: {syns_per_second: {start: 5000, end: 1000, hold: 5s}, "
      "in_flight: {start: 2000, end: 1}, incomplete_percent: {start: 25, end: 12}, "
      "bytes_per_second: {start: 625000000, end: 300000000}}");
  EXPECT_EQ(service.mode, Mode::kAdaptive);
  const AdaptiveConfig& adaptive = service.adaptive;
  EXPECT_EQ(adaptive.syns_per_second, (Threshold{5000, 1000, Seconds(5)}));
  EXPECT_EQ(adaptive.in_flight, (Threshold{2000, 1, Seconds(10)}));
  EXPECT_EQ(adaptive.incomplete_percent, (Threshold{25, 12, Seconds(10)}));
  EXPECT_EQ(adaptive.bytes_per_second, (Threshold{625'000'000, 300'000'000, Seconds(10)}));
}

TEST(ConfigSchema, TimeoutOfOneCookieLife) {
  const TimeoutConfig timeouts =
      Good("timeouts: {closed: cookie_life, refused: cookie_life}").core.timeouts;
  EXPECT_EQ(timeouts.closed, std::nullopt);
  EXPECT_EQ(timeouts.refused, std::nullopt);
  EXPECT_EQ(Complaints("timeouts: {closed: never}"),
            "test.yaml:1:20: timeouts.closed: 'never' is not a duration: a whole number with unit "
            "ms, s, min or h\ntimeouts: {closed: never}\n                   ^\n");
}

// Rules 16 and 32: a secret in a file may still be one appliance's own.
TEST(ConfigSchema, SecretIsSharedOnlyIfTold) {
  const auto is_shared = [](const std::string& keys) {
    return Good("cookie: {" + keys + "}").core.cookie.shared_secret;
  };
  EXPECT_FALSE(is_shared("secret_file: /secret"));
  EXPECT_FALSE(is_shared("secret_file: /secret, shared_secret: false"));
  EXPECT_TRUE(is_shared("secret_file: /secret, shared_secret: true"));
}

TEST(ConfigSchema, Reflection) {
  EXPECT_EQ(Good("reflection: {syn_acks_per_second: 65535, exempt_for: 2min}").core.reflection,
            (ReflectionConfig{65535, Seconds(120)}));
}

TEST(ConfigSchema, JsonIsYaml) {
  const ApplianceConfig config = Good(R"({
 "workers": 1,
 "services": [{"name": "a", "listen": ["198.18.0.1:80"], "backends": []}]
})");
  EXPECT_EQ(config.core.services.size(), 1u);
}

TEST(ConfigSchema, AnchorsAndAliases) {
  const ApplianceConfig config = Good(R"(services:
- {name: a, listen: ["198.18.0.1:80"], promise: &modern {mss: 1400}}
- {name: b, listen: ["198.18.0.2:80"], promise: *modern}
)");
  EXPECT_EQ(config.core.services.at(1).promise.mss, 1400);
}

TEST(ConfigSchema, BytesThatEditorsAdd) {
  EXPECT_EQ(Good("\xef\xbb\xbfworkers: 1\r\nports:\r\n  mtu: 1400\r\n").ports.mtu, 1400);
}

// The reference file states every default.
TEST(ReferenceFile, IsTheBuiltInDefaults) {
  const LoadedConfig loaded = LoadConfig(kConf / "synsplice.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
  EXPECT_EQ(loaded.config, ApplianceConfig());
}

// Its last part is an example of a service behind "# ".
TEST(ReferenceFile, ExampleServiceStatesTheDefaults) {
  std::ifstream file(kConf / "synsplice.yaml");
  std::string example;
  for (std::string line; std::getline(file, line);) {
    if (line == "# services:" || !example.empty()) example += line.substr(2) + "\n";
  }
  const ApplianceConfig config = Good(example);
  ASSERT_EQ(config.core.services.size(), 1u);
  const ServiceConfig& service = config.core.services[0];
  ServiceConfig defaults;
  defaults.name = service.name;
  defaults.listen = service.listen;
  defaults.backends = service.backends;
  EXPECT_EQ(service, defaults);
  EXPECT_EQ(service.backends.size(), 3u);
}

// A default that is absent from the reference file would go unnoticed by the comparison above: the
// file must mention every key that some map knows.
TEST(ReferenceFile, MentionsEveryKey) {
  std::ifstream file(kConf / "synsplice.yaml");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  for (const std::string_view map : {"?: 1",
                                     "ports: {?: 1}",
                                     "ports: {outside: {?: 1}}",
                                     "memory: {?: 1}",
                                     "statistics: {?: 1}",
                                     "state: {?: 1}",
                                     "policy: {?: 1}",
                                     "lists: [{?: 1}]",
                                     "lists: [{reputation: {?: 1}}]",
                                     "cookie: {?: 1}",
                                     "reflection: {?: 1}",
                                     "flow_table: {?: 1}",
                                     "connlimit_table: {?: 1}",
                                     "handshake: {?: 1}",
                                     "timeouts: {?: 1}",
                                     "services: [{?: 1}]",
                                     "services: [{promise: {?: 1}}]",
                                     "services: [{connlimit: {?: 1}}]",
                                     "services: [{syn_limit: {?: 1}}]",
                                     "services: [{syn_limit_per_source: {?: 1}}]",
                                     "services: [{accept_limit: {?: 1}}]",
                                     "services: [{accept_limit_per_source: {?: 1}}]",
                                     "services: [{health: {?: 1}}]",
                                     "services: [{backends: [{?: 1}]}]",
                                     "services: [{adaptive: {?: 1}}]",
                                     "services: [{adaptive: {in_flight: {?: 1}}}]"}) {
    std::string bad(map);
    bad.replace(bad.find('?'), 1, "xxxxxxxxxxxxxxxxxxxx");
    const std::string complaints = Complaints(bad);
    const std::string_view lead = "known here: ";
    ASSERT_NE(complaints.find(lead), std::string::npos) << complaints;
    const size_t list = complaints.find(lead) + lead.size();
    std::istringstream names(complaints.substr(list, complaints.find('\n', list) - list));
    for (std::string name; names >> name;) {
      if (name.ends_with(',')) name.pop_back();
      EXPECT_NE(text.find(name + ":"), std::string::npos) << name;
    }
  }
}

TEST(DemoFile, HasATransparentAndANatService) {
  const LoadedConfig loaded = LoadConfig(kConf / "demo.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
  const auto& services = loaded.config.core.services;
  ASSERT_EQ(services.size(), 2u);
  EXPECT_TRUE(services[0].backends.empty());
  EXPECT_FALSE(services[1].backends.empty());
}

TEST(LayersFile, HasEveryLimit) {
  const LoadedConfig loaded = LoadConfig(kConf / "layers.yaml");
  for (const Diagnostic& diagnostic : loaded.diagnostics) ADD_FAILURE() << Render(diagnostic);
  ASSERT_FALSE(loaded.config.core.services.empty());
  const ServiceConfig& web = loaded.config.core.services[0];
  EXPECT_NE(web.connlimit.above, 0u);
  EXPECT_EQ(web.connlimit.overload, "banned");
  for (const RateLimit& limit : {web.syn_limit, static_cast<RateLimit>(web.accept_limit),
                                 static_cast<RateLimit>(web.syn_limit_per_source),
                                 static_cast<RateLimit>(web.accept_limit_per_source)}) {
    EXPECT_NE(limit.rate.count, 0u);
  }
  EXPECT_NE(web.police.ack, 0u);
}

}  // namespace
}  // namespace synsplice
