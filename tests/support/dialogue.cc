#include "support/dialogue.h"

#include <algorithm>
#include <iostream>

#include "support/random.h"

namespace synsplice::test {
namespace {

ServiceConfig Listeners() {
  ServiceConfig service;
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80"), *ParseEndpoint("[2001:db8::10]:80")};
  return service;
}

}  // namespace

Config TransparentConfig() {
  Config config;
  config.services = {Listeners()};
  config.cookie.secret = {0x0123456789abcdef, 0xfedcba9876543210};
  config.flow_table_entries = 1024;
  config.connlimit_table_entries = 256;
  config.handshake.slots = 1024;
  return config;
}

Config NatConfig() {
  Config config = TransparentConfig();
  config.services[0].backends = {{*ParseEndpoint("198.18.0.11:8080"), kBackendMac},
                                 {*ParseEndpoint("[2001:db8::11]:8080"), kBackendMac}};
  return config;
}

Options LinuxOptions() {
  Options options;
  options.mss = 1460;
  options.scale = 7;
  options.sack_permitted = true;
  options.timestamps = {0, 0};
  return options;
}

Options WindowsOptions() {
  Options options;
  options.mss = 1460;
  options.scale = 8;
  options.sack_permitted = true;
  return options;
}

Dialogue::Dialogue(ProxyHarness& harness, DialogueSetup setup)
    : harness(harness), setup(std::move(setup)) {
  const bool v6 = this->setup.v6;
  client = {*ParseAddress(v6 ? "2001:db8::c" : "198.18.0.12"), this->setup.client_port};
  listener = *ParseEndpoint(v6 ? "[2001:db8::10]:80" : "198.18.0.10:80");
  backend = listener;
  if (this->setup.nat) backend = *ParseEndpoint(v6 ? "[2001:db8::11]:8080" : "198.18.0.11:8080");
  std::mt19937_64 random(TestSeed() ^ this->setup.client_port);
  isn_c = NearWrap(random);
  isn_s = NearWrap(random);
  client_timestamp = NearWrap(random);
  server_first_timestamp = server_timestamp = NearWrap(random);
  const uint16_t promised = v6 ? 1440 : 1460;
  backend_syn_mss = std::min(this->setup.client.mss, promised);
  if (client_has_timestamps()) backend_syn_mss -= 12;
}

TcpFrame Dialogue::Base(bool towards_server) const {
  TcpFrame frame;
  frame.tags = setup.tags;
  frame.source_mac = kClientMac;
  frame.destination_mac = setup.nat ? kOutsideMac : kServerMac;
  frame.source = client;
  frame.destination = listener;
  frame.window = setup.client_window;
  if (towards_server) return frame;
  std::swap(frame.source_mac, frame.destination_mac);
  std::swap(frame.source, frame.destination);
  frame.window = setup.server_window;
  return frame;
}

TcpFrame Dialogue::Syn() const {
  TcpFrame frame = Base(true);
  frame.seq = isn_c;
  frame.flags = kS;
  frame.window = 64240;
  frame.options = setup.client;
  if (client_has_timestamps()) frame.options.timestamps = {client_timestamp, 0};
  return frame;
}

TcpFrame Dialogue::FromClient(uint8_t flags, uint32_t seq, uint32_t ack,
                              std::string payload) const {
  TcpFrame frame = Base(true);
  frame.seq = isn_c + seq;
  frame.ack = isn_p + ack;
  frame.flags = flags;
  frame.payload = std::move(payload);
  if (client_has_timestamps()) {
    // In mode shift the client echoes the server's clock, shifted; before, our own.
    const bool shifted = server_has_timestamps();
    frame.options.timestamps = {client_timestamp,
                                shifted ? server_timestamp - timestamp_shift() : tsval_p};
  }
  return frame;
}

Offer Dialogue::promise() const {
  const Promise& configured = harness.policy().config().services[0].promise;
  const auto mss = setup.v6 ? configured.mss_v6 : configured.mss;
  return {mss.value_or(setup.v6 ? 1440 : 1460), configured.window_scale.value_or(7),
          configured.sack.value_or(true), configured.timestamps.value_or(true),
          configured.ecn.value_or(false)};
}

unsigned Dialogue::promise_shift() const {
  return promise().window_scale == kNoScale ? 0 : promise().window_scale;
}

uint16_t Dialogue::WindowAtServer(uint16_t window) const {
  if (!setup.client.scale || setup.server.scale) return window;
  return static_cast<uint16_t>(std::min(uint32_t{window} << *setup.client.scale, 65535u));
}

uint16_t Dialogue::WindowAtClient(uint16_t window) const {
  if (!setup.client.scale || window == 0) return window;
  // Rule 28: a scale over 14 means 14.
  const unsigned scale = std::min<unsigned>(setup.server.scale.value_or(0), 14);
  const uint64_t true_window = uint64_t{window} << scale;
  return static_cast<uint16_t>(std::clamp<uint64_t>(true_window >> promise_shift(), 1, 65535));
}

TcpFrame Dialogue::ToServer(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload) const {
  TcpFrame frame = FromClient(flags, seq, ack, std::move(payload));
  frame.ack = isn_s + ack;
  frame.window = WindowAtServer(frame.window);
  frame.destination = backend;
  if (setup.nat) frame.destination_mac = kBackendMac;
  frame.options.timestamps.reset();
  if (server_has_timestamps()) frame.options.timestamps = {client_timestamp, server_timestamp};
  return frame;
}

TcpFrame Dialogue::FromServer(uint8_t flags, uint32_t seq, uint32_t ack,
                              std::string payload) const {
  TcpFrame frame = ToClient(flags, seq, ack, std::move(payload));
  if (setup.nat) frame.source_mac = kBackendMac;
  frame.seq = isn_s + seq;
  frame.source = backend;
  frame.window = setup.server_window;
  frame.options.timestamps.reset();
  if (server_has_timestamps()) frame.options.timestamps = {server_timestamp, client_timestamp};
  return frame;
}

TcpFrame Dialogue::ToClient(uint8_t flags, uint32_t seq, uint32_t ack, std::string payload) const {
  TcpFrame frame = Base(false);
  frame.seq = isn_p + seq;
  frame.ack = isn_c + ack;
  frame.flags = flags;
  frame.payload = std::move(payload);
  frame.window = WindowAtClient(frame.window);
  if (server_has_timestamps()) {
    frame.options.timestamps = {server_timestamp - timestamp_shift(), client_timestamp};
  } else if (client_has_timestamps()) {
    frame.options.timestamps = {harness.timestamp(), client_timestamp};
  }
  return frame;
}

TcpFrame Dialogue::ServerSynAck() const {
  TcpFrame frame = FromServer(kS | kA, 0, 1);
  // A server answers only what it was offered.
  frame.options = {};
  frame.options.mss = setup.server.mss;
  if (setup.client.scale) frame.options.scale = setup.server.scale;
  frame.options.sack_permitted = setup.server.sack_permitted && setup.client.sack_permitted;
  if (server_has_timestamps()) {
    frame.options.timestamps = {server_first_timestamp, client_timestamp};
  }
  return frame;
}

TcpFrame Dialogue::CookieSynAck() const {
  TcpFrame frame = Base(false);
  frame.seq = isn_p;
  frame.ack = isn_c + 1;
  frame.flags = kS | kA;
  frame.options.mss = promise().mss;
  frame.window = static_cast<uint16_t>(
      std::min(harness.policy().config().handshake.hold_segments * frame.options.mss, 65535u));
  if (setup.client.scale && promise().window_scale != kNoScale) {
    frame.options.scale = promise().window_scale;
  }
  frame.options.sack_permitted = setup.client.sack_permitted && promise().sack;
  if (client_has_timestamps() && promise().timestamps) {
    frame.options.timestamps = {tsval_p, client_timestamp};
  }
  return frame;
}

TcpFrame Dialogue::BackendSyn() const {
  TcpFrame frame = Syn();
  frame.destination = backend;
  if (setup.nat) frame.destination_mac = kBackendMac;
  frame.options.mss = backend_syn_mss;
  const unsigned scale = setup.client.scale.value_or(0);
  frame.window = static_cast<uint16_t>(std::min(uint32_t{setup.client_window} << scale, 65535u));
  return frame;
}

TcpFrame Dialogue::WindowUpdate() const {
  TcpFrame frame = Base(false);
  frame.seq = isn_p + 1;
  frame.ack = isn_c + 1;
  frame.flags = kA;
  const unsigned shift = setup.client.scale ? promise_shift() : 0;
  if (setup.server_window != 0) {
    frame.window = static_cast<uint16_t>(std::max(1, setup.server_window >> shift));
  }
  if (client_has_timestamps()) {
    frame.options.timestamps = {server_has_timestamps() ? tsval_p : harness.timestamp(),
                                client_timestamp};
  }
  return frame;
}

TcpFrame Dialogue::ResetToClient(uint32_t held) const {
  TcpFrame frame = Base(false);
  frame.seq = isn_p + 1;
  frame.ack = isn_c + 1 + held;
  frame.flags = kR | kA;
  frame.window = 0;
  return frame;
}

void DialogueTest::TearDown() {
  if (HasFailure()) {
    std::cerr << "dialogue seed " << TestSeed()
              << ", --gtest_random_seed=" << GTEST_FLAG_GET(random_seed) << "\n";
  }
}

std::optional<Phase> Dialogue::phase() const {
  const auto flow = harness.FlowOf(Side::kOutside, FromClient(kA, 1, 1));
  if (!flow) return std::nullopt;
  return flow->phase();
}

}  // namespace synsplice::test
