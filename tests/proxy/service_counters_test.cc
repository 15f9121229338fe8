// What is counted belongs to the service and the backend that it happened to. That nothing is lost
// or counted twice is what every ProxyHarness ends with.
#include "synsplice/state/service_counters.h"

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr size_t kOther = 0, kWeb = 1;

class ServiceCountersTest : public DialogueTest {
 protected:
  // The dialogue's is the second service; backends and listeners of the first come before it.
  static Config TwoServices() {
    Config config = NatConfig();
    ServiceConfig other;
    other.name = "other";
    other.listen = {*ParseEndpoint("198.18.0.20:443")};
    other.backends = {{*ParseEndpoint("198.18.0.21:443"), std::nullopt}};
    config.services.insert(config.services.begin(), other);
    config.services[kWeb].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
    return config;
  }
  static DialogueSetup Nat(uint16_t client_port = 40000) {
    DialogueSetup setup;
    setup.nat = true;
    setup.client_port = client_port;
    return setup;
  }

  uint64_t Count(ServiceEvent event, size_t service = kWeb) const {
    return harness_.proxy().service_counters()[service].Get(event);
  }
  uint64_t Flows(Phase phase) const {
    return harness_.proxy().service_counters()[kWeb].Flows(phase);
  }
  const BackendCounters& BackendOf(const Dialogue& dialogue) const {
    const BackendId id = harness_.policy().Find(dialogue.backend, {}).backend;
    return harness_.proxy().backend_counters()[id];
  }
  // Nothing was ever counted for the other service and its backend.
  void TearDown() override {
    for (size_t i = 0; i < kServiceEventCount; ++i) {
      EXPECT_EQ(Count(ServiceEvent(i), kOther), 0u) << kServiceEventLabels[i];
    }
    const BackendId other = harness_.policy().Find(*ParseEndpoint("198.18.0.21:443"), {}).backend;
    for (size_t i = 0; i < kBackendEventCount; ++i) {
      EXPECT_EQ(harness_.proxy().backend_counters()[other].Get(BackendEvent(i)), 0u);
    }
    DialogueTest::TearDown();
  }

  mutable ProxyHarness harness_{TwoServices()};
  Dialogue dialogue_{harness_, Nat()};
};

TEST_F(ServiceCountersTest, AConnectionFromItsSynToItsEnd) {
  dialogue_.Open();
  EXPECT_EQ(Count(ServiceEvent::kSyns), 1u);
  EXPECT_EQ(Count(ServiceEvent::kCookiesSent), 1u);
  dialogue_.Validate();
  EXPECT_EQ(Count(ServiceEvent::kCookiesValid), 1u);
  EXPECT_EQ(Flows(Phase::kWaiting), 1u);
  EXPECT_EQ(BackendOf(dialogue_).Get(BackendEvent::kSyns), 1u);
  dialogue_.Answer();
  EXPECT_EQ(Count(ServiceEvent::kConnectionsOpened), 1u);
  EXPECT_EQ(BackendOf(dialogue_).Get(BackendEvent::kConnectionsOpened), 1u);
  EXPECT_EQ(Flows(Phase::kWaiting), 0u);
  EXPECT_EQ(Flows(Phase::kEstablished), 1u);
  dialogue_.CloseBoth();
  EXPECT_EQ(Flows(Phase::kEstablished), 0u);
  EXPECT_EQ(Flows(Phase::kTimeWait), 1u);
  harness_.Advance(Seconds(300));
  EXPECT_EQ(Flows(Phase::kTimeWait), 0u);
}

// From the ACK and from the last SYN: here the first SYN is lost.
TEST_F(ServiceCountersTest, Durations) {
  dialogue_.Open();
  dialogue_.Validate();
  harness_.Advance(Milliseconds(1000));
  harness_.Take(Side::kInside);
  harness_.Advance(Milliseconds(20));
  dialogue_.Answer();
  const ServiceCounters& service = harness_.proxy().service_counters()[kWeb];
  EXPECT_EQ(service.handshakes.milliseconds(), 1020u);
  EXPECT_EQ(service.handshakes.Get(10), 1u);
  EXPECT_EQ(BackendOf(dialogue_).answers.milliseconds(), 20u);
  EXPECT_EQ(BackendOf(dialogue_).answered_at(), harness_.now());
  EXPECT_EQ(BackendOf(dialogue_).down_at(), Time{});
  EXPECT_EQ(BackendOf(dialogue_).answers.Get(5), 1u);
}

TEST_F(ServiceCountersTest, CookiesByResult) {
  dialogue_.Open();
  TcpFrame ack = dialogue_.FromClient(kA, 1, 2);
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Drop(Reason::kCookieWrong));
  EXPECT_EQ(Count(ServiceEvent::kCookiesWrong), 1u);
  harness_.Advance(Seconds(200));
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Drop(Reason::kCookieNeverSent));
  EXPECT_EQ(Count(ServiceEvent::kCookiesNeverSent), 1u);
}

TEST_F(ServiceCountersTest, ABackendThatRefusesAndOneThatIsSilent) {
  dialogue_.Open();
  dialogue_.Validate();
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(kR | kA, 0, 1)), Verdict::Forward());
  EXPECT_EQ(BackendOf(dialogue_).Get(BackendEvent::kRefused), 1u);
  EXPECT_EQ(Flows(Phase::kRefused), 1u);
  harness_.Take(Side::kOutside);
  Dialogue second(harness_, Nat(40001));
  second.Open();
  second.Validate();
  harness_.Advance(Seconds(16));
  EXPECT_EQ(BackendOf(second).Get(BackendEvent::kSilent), 1u);
  EXPECT_EQ(BackendOf(second).Get(BackendEvent::kSyns), 2u) << "SYNs that come again do not count";
}

TEST_F(ServiceCountersTest, SynsWhileNobodyCanTakeThem) {
  harness_.shared().inside_up = false;
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kInsideDown));
  EXPECT_EQ(Count(ServiceEvent::kSyns), 1u);
  EXPECT_EQ(Count(ServiceEvent::kCookiesSent), 0u);
  EXPECT_EQ(Count(ServiceEvent::kDownRejections), 1u);
}

}  // namespace
}  // namespace synsplice::test
