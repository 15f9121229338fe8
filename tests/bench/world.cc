#include "bench/world.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace synsplice::test {
namespace {

constexpr Time kStart = FromMilliseconds(1700000000000);
const Mac kClientMac = *ParseMac("02:00:00:00:00:0c");
const Mac kServerMac = *ParseMac("02:00:00:00:00:0e");

Endpoint Numbered(const char* first, size_t number) {
  Endpoint endpoint = *ParseEndpoint(first);
  endpoint.address.bytes[14] = static_cast<uint8_t>(endpoint.address.bytes[14] + (number >> 8));
  endpoint.address.bytes[15] = static_cast<uint8_t>(number);
  return endpoint;
}

}  // namespace

Config BenchConfig(size_t listeners, size_t backends) {
  Config config;
  config.services.resize(1);
  ServiceConfig& service = config.services[0];
  service.name = "web";
  for (size_t i = 0; i < listeners; ++i) {
    service.listen.push_back(BenchListener(i));
    service.listen.push_back(BenchListener(i, true));
  }
  for (size_t i = 0; i < backends; ++i) {
    service.backends.push_back({Numbered("198.19.1.0:8080", i), kServerMac});
    service.backends.push_back({Numbered("[2001:db8:1::1:0]:8080", i), kServerMac});
  }
  config.cookie.secret = {1, 2};
  return config;
}

Endpoint BenchListener(size_t number, bool v6) {
  return Numbered(v6 ? "[2001:db8::1:0]:80" : "198.18.1.0:80", number);
}

Endpoint BenchClient(uint32_t number, bool v6) {
  static const Endpoint first[] = {*ParseEndpoint("100.64.0.1:40000"),
                                   *ParseEndpoint("[2001:db8:c::1]:40000")};
  Endpoint client = first[v6];
  uint8_t* prefix = &client.address.bytes[v6 ? 5 : 13];
  prefix[0] = static_cast<uint8_t>(prefix[0] + (number >> 8 & 0x3f));
  prefix[1] = static_cast<uint8_t>(number);
  client.port = static_cast<uint16_t>(client.port + (number >> 14));
  return client;
}

TcpFrame BenchSyn(const Endpoint& client, const Endpoint& listener) {
  TcpFrame syn;
  syn.source_mac = kClientMac;
  syn.destination_mac = kServerMac;
  syn.source = client;
  syn.destination = listener;
  syn.seq = client.address.bytes[14] * 40503u;
  syn.flags = kS;
  syn.window = 64240;
  syn.options.mss = 1460;
  syn.options.scale = 8;
  syn.options.sack_permitted = true;
  return syn;
}

World::World(const Config& config)
    : policy_(config),
      state_(config),
      shared_(std::make_unique<Shared>(state_.state(), SipKey{3, 4}, Mac{{2, 1}}, Mac{{2, 2}})),
      now_(kStart),
      proxy_(policy_, *shared_, {3, 4}, kStart),
      memory_(kMaxBurst * kJumboBenchRoom) {}

void World::Judge(Side side, size_t count) {
  proxy_.Process(side, now_, {buffers_.data(), count}, {verdicts_.data(), count}, outbox_);
}

void World::TakeOutbox() {
  backend_syns_.clear();
  for (const Outbox::Frame& frame : outbox_.frames()) {
    const auto made = ReadTcpFrame(frame.view());
    if (made && frame.to == Side::kInside && made->flags & kS) backend_syns_.push_back(*made);
  }
  outbox_.Clear();
}

Verdict World::Feed(Side side, Bytes& frame) {
  std::ranges::copy(frame, memory_.begin());
  buffers_[0] = {memory_.data(), static_cast<uint32_t>(frame.size()), kJumboBenchRoom};
  Judge(side, 1);
  frame.assign(memory_.begin(), memory_.begin() + buffers_[0].length);
  TakeOutbox();
  return verdicts_[0];
}

Verdict World::Feed(Side side, const TcpFrame& frame) {
  Bytes bytes = frame.Build();
  return Feed(side, bytes);
}

TcpFrame World::Greet(const Endpoint& client, const Endpoint& listener) {
  const TcpFrame syn = BenchSyn(client, listener);
  Bytes bytes = syn.Build();
  (void)Feed(Side::kOutside, bytes);
  TcpFrame ack = syn;
  ack.flags = kA;
  ack.options = {};
  ++ack.seq;
  if (const auto answer = ReadTcpFrame(bytes)) ack.ack = answer->seq + 1;
  return ack;
}

std::vector<TcpFrame> World::AnswerBackendSyns() {
  std::vector<TcpFrame> segments;
  for (const TcpFrame& syn : std::exchange(backend_syns_, {})) {
    TcpFrame answer = syn;
    std::swap(answer.source, answer.destination);
    std::swap(answer.source_mac, answer.destination_mac);
    answer.flags = kS | kA;
    answer.seq = 1000;
    answer.ack = syn.seq + 1;
    (void)Feed(Side::kInside, answer);
    answer.flags = kA;
    answer.options = {};
    ++answer.seq;
    segments.push_back(answer);
  }
  return segments;
}

void World::Reset(TcpFrame ack) {
  ack.flags = kR;
  ack.ack = 0;
  ack.window = 0;
  (void)Feed(Side::kOutside, ack);
}

double World::Play(Side side, const std::vector<Bytes>& frames, Verdict expected) {
  const size_t longest = std::ranges::max(frames, {}, &Bytes::size).size();
  const uint32_t room = longest + 64 < kBenchRoom ? kBenchRoom : kJumboBenchRoom;
  for (size_t i = 0; i < frames.size(); ++i) {
    uint8_t* place = &memory_[i * room];
    std::ranges::copy(frames[i], place);
    buffers_[i] = {place, static_cast<uint32_t>(frames[i].size()), room};
  }
  const auto begin = std::chrono::steady_clock::now();
  Judge(side, frames.size());
  const std::chrono::duration<double> duration = std::chrono::steady_clock::now() - begin;
  for (size_t i = 0; i < frames.size(); ++i) {
    if (verdicts_[i] == expected) continue;
    ++surprises_;
    surprise_ = verdicts_[i];
  }
  TakeOutbox();
  return duration.count();
}

double World::Tick(Milliseconds step) {
  now_ += step;
  std::chrono::duration<double> longest{};
  for (bool more = true; more;) {
    const auto begin = std::chrono::steady_clock::now();
    more = proxy_.Tick(now_, outbox_);
    longest =
        std::max<std::chrono::duration<double>>(longest, std::chrono::steady_clock::now() - begin);
    TakeOutbox();
  }
  return longest.count();
}

}  // namespace synsplice::test
