// Rule 37: mode monitor counts what mode always then does with the same recorded connections.
#include <gtest/gtest.h>

#include "replay/session.h"
#include "support/tcp_frame.h"

namespace synsplice {
namespace {

using test::kA;
using test::kF;
using test::kP;
using test::kR;
using test::kS;
using test::TcpFrame;

constexpr uint32_t kIsnC = 0xfffffff0, kIsnS = 5;

Config In(Mode mode) {
  Config config;
  config.services.resize(1);
  config.services[0].name = "web";
  config.services[0].listen = {*ParseEndpoint("198.18.0.10:80")};
  config.services[0].connlimit.above = 2;
  config.services[0].mode = mode;
  config.services[0].police = {.udp = 20, .icmp = 3};
  return config;
}

class MonitorReplay : public ::testing::Test, protected ReplayObserver {
 protected:
  // Of the connection from this client port; numbers count from the ISNs.
  struct Segment {
    uint8_t flags;
    uint32_t seq = 0, ack = 0;
    std::string data = {};
  };
  void Say(bool client, uint16_t port, const Segment& segment) {
    const auto& [flags, seq, ack, data] = segment;
    TcpFrame frame;
    frame.source_mac = *ParseMac(client ? "02:00:00:00:00:0c" : "02:00:00:00:00:0e");
    frame.destination_mac = *ParseMac(client ? "02:00:00:00:00:0e" : "02:00:00:00:00:0c");
    frame.source = {*ParseAddress("198.18.0.2"), port};
    frame.destination = *ParseEndpoint("198.18.0.10:80");
    if (!client) std::swap(frame.source, frame.destination);
    frame.seq = (client ? kIsnC : kIsnS) + seq;
    frame.ack = flags & kA ? (client ? kIsnS : kIsnC) + ack : 0;
    frame.flags = flags;
    frame.window = 1000;
    frame.payload = data;
    if (flags == kS || flags == (kS | kA)) frame.options.mss = 1400;
    const auto moment = CaptureTime(std::chrono::seconds(1700000000)) +
                        std::chrono::milliseconds(10 * frames_.size());
    frames_.push_back({client ? Side::kOutside : Side::kInside, moment, frame.Build()});
  }
  void Open(uint16_t port) {
    Say(true, port, {kS, 0, 0});
    Say(false, port, {kS | kA, 0, 1});
    Say(true, port, {kA, 1, 1});
    Say(true, port, {kP | kA, 1, 1, "ask"});
    Say(false, port, {kP | kA, 1, 4, "answer"});
    Say(true, port, {kA, 4, 7});
  }
  void Close(uint16_t port) {
    Say(true, port, {kF | kA, 4, 7});
    Say(false, port, {kF | kA, 7, 5});
    Say(true, port, {kA, 5, 8});
  }
  // Three at once, of which connlimit lets two; then room for another; then strangers.
  void Record() {
    Open(1), Open(2), Open(3);
    Close(1), Close(3);
    Open(4);
    Say(true, 2, {kR, 4, 0});
    Open(5);
    for (uint16_t port = 100; port < 150; ++port) Say(true, port, {kS, 0, 0});
    Say(true, 200, {kS | kF, 0, 0});
    Say(true, 200, {kF | kP, 0, 0});
    Say(true, 200, {0, 0, 0});
  }

  // The same recorded connections both ways.
  template <typename Look>
  void PlayBothWays(const Config& config, Look look) {
    Config monitored = config;
    monitored.services[0].mode = Mode::kMonitor;
    const Policy plain(config), watching(monitored);
    RecordedSessions recorded(plain);
    for (const CapturedFrame& frame : frames_) recorded.See(frame);
    const Policy policy(recorded.WithPromises(config));
    const CaptureTime start = frames_.front().time;
    SessionReplay always(recorded, SessionReplay::Sides::kApart, {policy, HashKeyFrom(1), start},
                         *this);
    for (const CapturedFrame& frame : frames_) always.Feed(frame);
    always.Finish();
    untouched_ = true;
    Replay monitor(watching, HashKeyFrom(1), start, *this);
    for (const CapturedFrame& frame : frames_) monitor.Feed(frame);
    EXPECT_TRUE(untouched_);
    look(always.proxy(), monitor.proxy());
  }

  // UDP and echo requests, and RSTs and SYN-ACKs of nobody.
  void Flood() {
    for (int i = 0; i < 60; ++i) {
      Say(true, 300, {kR, 0, 0});
      Say(true, 300, {kS | kA, 0, 1});
      for (const uint8_t protocol : {17, 17, 1}) {
        Say(true, 300, {kA, 0, 0, "a datagram"});
        frames_.back().bytes[23] = protocol;
      }
    }
  }

  uint64_t Get(const Proxy& proxy, ServiceEvent event) const {
    return proxy.service_counters()[0].Get(event);
  }

  void OnJudged(const JudgedFrame& judged) override {
    untouched_ &= judged.verdict == Verdict::Forward() &&
                  std::ranges::equal(judged.output, judged.input.bytes);
  }
  void OnMade(const MadeFrame&) override { untouched_ = false; }
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  std::vector<CapturedFrame> frames_;
  bool untouched_ = true;
};

TEST_F(MonitorReplay, CountsWhatAlwaysDoes) {
  Record();
  Flood();
  PlayBothWays(In(Mode::kAlways), [&](const Proxy& always, const Proxy& monitor) {
    const auto expect_same = [&](ServiceEvent done, ServiceEvent would, uint64_t count) {
      EXPECT_EQ(Get(always, done), count) << kServiceEventLabels[static_cast<size_t>(done)];
      EXPECT_EQ(Get(monitor, would), count);
      EXPECT_EQ(Get(monitor, done), done == would ? count : 0);
    };
    expect_same(ServiceEvent::kSyns, ServiceEvent::kSyns, 55);
    expect_same(ServiceEvent::kCookiesSent, ServiceEvent::kWouldCookiesSent, 55);
    expect_same(ServiceEvent::kConnectionsOpened, ServiceEvent::kWouldConnectionsOpened, 4);
    expect_same(ServiceEvent::kConnlimitRejections, ServiceEvent::kWouldConnlimitRejections, 1);
    const uint64_t surplus = Get(always, ServiceEvent::kPoliceDrops);
    EXPECT_GT(surplus, 20u);
    expect_same(ServiceEvent::kPoliceDrops, ServiceEvent::kWouldPoliceDrops, surplus);
    expect_same(ServiceEvent::kStrayUdp, ServiceEvent::kStrayUdp, 120);
    expect_same(ServiceEvent::kStrayIcmp, ServiceEvent::kStrayIcmp, 60);
    expect_same(ServiceEvent::kStrayRsts, ServiceEvent::kStrayRsts, 60);
    expect_same(ServiceEvent::kStraySynAcks, ServiceEvent::kStraySynAcks, 60);
    uint64_t drops = 0;
    for (const Reason reason : {Reason::kSynFin, Reason::kNoAck, Reason::kNullFlags}) {
      drops += always.counters().Get(reason);
    }
    EXPECT_EQ(Get(monitor, ServiceEvent::kWouldDrops), drops);
    EXPECT_EQ(drops, 3u);
  });
}

// Rules 40, 41: of connections a tenth of a second apart.
TEST_F(MonitorReplay, CountsWhatLimitsDo) {
  Config config = In(Mode::kAlways);
  ServiceConfig& service = config.services[0];
  service.connlimit.above = 0;
  service.syn_limit_per_source = {{{1, Seconds(3600)}, 20, RateLimit::Action::kDrop}};
  static_cast<RateLimit&>(service.accept_limit) = {{1, Seconds(60)}, 3, RateLimit::Action::kReset};
  for (uint16_t port = 1; port <= 6; ++port) Open(port);
  for (uint16_t port = 100; port < 120; ++port) Say(true, port, {kS, 0, 0});
  PlayBothWays(config, [&](const Proxy& always, const Proxy& monitor) {
    const auto expect_same = [&](ServiceEvent done, ServiceEvent would, uint64_t count) {
      EXPECT_EQ(Get(always, done), count) << kServiceEventLabels[static_cast<size_t>(done)];
      EXPECT_EQ(Get(monitor, would), count);
      EXPECT_EQ(Get(monitor, done), 0u);
    };
    expect_same(ServiceEvent::kCookiesSent, ServiceEvent::kWouldCookiesSent, 20);
    expect_same(ServiceEvent::kSynLimitRejections, ServiceEvent::kWouldSynLimitRejections, 6);
    expect_same(ServiceEvent::kConnectionsOpened, ServiceEvent::kWouldConnectionsOpened, 3);
    expect_same(ServiceEvent::kAcceptLimitRejections, ServiceEvent::kWouldAcceptLimitRejections, 3);
  });
}

}  // namespace
}  // namespace synsplice
