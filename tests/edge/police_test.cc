// Rule 46: what has no port of its own service, counted and dropped above its value.
#include "edge/police.h"

#include "support/bytes.h"
#include "support/fragment_frames.h"
#include "support/icmp_frame.h"
#include "support/modes_fixture.h"
#include "support/neighbour_frame.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kValue = 10;
constexpr auto kPasses = Verdict::Forward();
const auto kTooMany = Verdict::Drop(Reason::kPolice);

Config Policing(Mode mode = Mode::kAlways) {
  Config config = In(mode);
  config.services[0].police = {.fragments = kValue, .udp = kValue, .icmp = kValue};
  return config;
}

// A router of the client's side can send the server no more of it.
Bytes TooBig(const TcpFrame& quoted) {
  IcmpError error;
  error.source = *ParseAddress("198.18.0.77");
  error.code = 4, error.rest = 1400;
  error.quoted = quoted;
  error.destination = quoted.source.address;
  return error.Build();
}

// Of a thousand within a moment.
size_t PassingErrors(ProxyHarness& harness, const Bytes& error) {
  size_t passed = 0;
  for (int i = 0; i < 1000; ++i) passed += harness.Feed(Side::kOutside, error) == kPasses;
  harness.Take(Side::kInside);
  return passed;
}

class PoliceTest : public DialogueTest {
 protected:
  explicit PoliceTest(Mode mode = Mode::kAlways) : harness_(Policing(mode)) {}

  // How many of so many pass; the others are dropped by name.
  size_t Passing(const Bytes& frame, size_t count, Side side = Side::kOutside) {
    size_t passed = 0;
    for (size_t i = 0; i < count; ++i) {
      const Verdict verdict = harness_.Feed(side, frame);
      EXPECT_TRUE(verdict == kPasses || verdict == kTooMany);
      passed += verdict == kPasses;
    }
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>(passed, frame));
    return passed;
  }
  uint64_t Get(ServiceEvent event) { return harness_.proxy().service_counters()[0].Get(event); }

  TcpFrame ToServer(bool v6) {
    DialogueSetup setup;
    setup.v6 = v6;
    return Dialogue(harness_, setup).Syn();
  }
  Bytes Datagram(bool v6 = false) {
    Bytes udp = ToServer(v6).Build();
    udp[v6 ? 20 : 23] = 17;
    return udp;
  }
  Bytes Echo(bool v6 = false) {
    IcmpError echo;
    echo.source = ToServer(v6).source.address;
    echo.destination = ToServer(v6).destination.address;
    return BuildEcho(echo, 56);
  }
  Bytes UdpFragment() {
    Bytes fragment = Datagram();
    Set16(fragment, 20, 0x2001);
    return fragment;
  }
  // As routers and neighbours of the server send them, to it alone.
  Bytes ToServer(const NeighbourFrame& message) {
    Bytes frame = message.Build();
    const Address server = ToServer(true).destination.address;
    std::copy(server.bytes.begin(), server.bytes.end(), frame.begin() + 38);
    return frame;
  }

  ProxyHarness harness_;
};

TEST_F(PoliceTest, ExactlyTheSurplusIsDropped) {
  EXPECT_EQ(Passing(Datagram(), 25), kValue);
  EXPECT_EQ(Get(ServiceEvent::kStrayUdp), 25u);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 15u);
  EXPECT_EQ(Passing(Echo(), 12), kValue) << "of its own";
  EXPECT_EQ(Get(ServiceEvent::kStrayIcmp), 12u);
  EXPECT_EQ(Passing(UdpFragment(), 11), kValue);
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), 11u);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 18u);
  EXPECT_EQ(harness_.Count(Reason::kPolice), 18u);
  harness_.Advance(Seconds(1));
  EXPECT_EQ(Passing(Datagram(), 25), kValue);
}

TEST_F(PoliceTest, BothFamiliesShareTheValue) {
  EXPECT_EQ(Passing(Datagram(true), 8), 8u);
  EXPECT_EQ(Passing(Datagram(), 8), kValue - 8);
  EXPECT_EQ(Passing(Echo(true), kValue + 1), kValue);
}

TEST_F(PoliceTest, BurstsToo) {
  const auto verdicts =
      harness_.FeedBurst(Side::kOutside, std::vector<Bytes>(kMaxBurst, Datagram()));
  EXPECT_EQ(std::ranges::count(verdicts, kPasses), kValue);
  EXPECT_EQ(std::ranges::count(verdicts, kTooMany), kMaxBurst - kValue);
}

TEST_F(PoliceTest, NothingElseIsPoliced) {
  for (const Side side : {Side::kInside, Side::kOutside}) {
    Bytes elsewhere = Datagram();
    elsewhere[33] = 99;  // another host's address
    EXPECT_EQ(Passing(elsewhere, 3 * kValue, side), 3 * kValue);
    Bytes gre = Datagram();
    gre[23] = 47;
    EXPECT_EQ(Passing(gre, 3 * kValue, side), 3 * kValue);
    TcpFrame ssh = ToServer(false);
    ssh.destination.port = 22;
    EXPECT_EQ(Passing(ssh.Build(), 3 * kValue, side), 3 * kValue);
  }
  for (const Bytes& frame : {Datagram(), Echo(), UdpFragment()}) {
    EXPECT_EQ(Passing(frame, 3 * kValue, Side::kInside), 3 * kValue) << "from inside";
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayUdp), 0u);
  EXPECT_EQ(Get(ServiceEvent::kStrayIcmp), 0u);
}

// RFC 4861 7.1: with another hop limit it comes from afar, and no host takes it for one.
TEST_F(PoliceTest, NeighboursAreAlwaysFound) {
  NeighbourFrame ask;
  ask.source_mac = kClientMac, ask.destination_mac = kServerMac;
  ask.sender = ToServer(true).source.address;
  ask.sender_mac = kClientMac;
  ask.asked = ToServer(true).destination.address;
  NeighbourFrame answer = ask;
  answer.answer = true;
  for (const NeighbourFrame& message : {ask, answer}) {
    EXPECT_EQ(Passing(ToServer(message), 3 * kValue), 3 * kValue);
  }
  ask.hop_limit = 64;
  EXPECT_EQ(Passing(ToServer(ask), 3 * kValue), kValue);
}

// Rule 23: path MTU discovery of a connection needs them.
TEST_F(PoliceTest, ErrorsAboutConnectionsAreNoStrays) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Take(Side::kOutside), harness_.Take(Side::kInside);
  dialogue.ServerSays(kP | kA, 1, 1, "data");
  EXPECT_EQ(Passing(Echo(), 2 * kValue), kValue) << "nothing is left for others";
  TcpFrame quoted = dialogue.ToClient(kP | kA, 1, 1, "data");
  for (uint32_t i = 0; i < 3 * kValue; ++i) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, TooBig(quoted)), kPasses);
  }
  harness_.Take(Side::kInside);
  quoted.source.port = 22;
  EXPECT_EQ(harness_.Feed(Side::kOutside, TooBig(quoted)), kTooMany);
  EXPECT_EQ(Get(ServiceEvent::kStrayIcmp), 2 * kValue + 1);
}

// Whoever has a connection can quote it: beyond some in a second they count like others.
TEST_F(PoliceTest, ErrorsAboutOneConnectionHaveAnEnd) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Take(Side::kOutside), harness_.Take(Side::kInside);
  dialogue.ServerSays(kP | kA, 1, 1, "data");
  const Bytes error = TooBig(dialogue.ToClient(kP | kA, 1, 1, "data"));
  EXPECT_EQ(PassingErrors(harness_, error), kQuotedErrorsPerSecond + kValue);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 1000 - kQuotedErrorsPerSecond - kValue);
  harness_.Advance(Seconds(1));
  EXPECT_EQ(Passing(Echo(), 2 * kValue), kValue);
  EXPECT_EQ(harness_.Feed(Side::kOutside, error), kPasses) << "which a path MTU may need";
}

Config Adaptive() {
  Config config = Policing(Mode::kAdaptive);
  config.services[0].adaptive.syns_per_second = Threshold{1'000'000, 1000};
  return config;
}

// Of a connection that nobody translates errors and fragments pass as they are.
TEST_F(ModesTest, WhatBelongsToANotedConnectionIsNoStray) {
  harness_.Adopt(Adaptive());
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  const Bytes error = TooBig(dialogue.FromServer(kP | kA, 1, 8, "answer"));
  const TcpFrame more = dialogue.FromClient(kP | kA, 8, 7, std::string(100, 'x'));
  for (uint32_t i = 0; i < 3 * kValue; ++i) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, error), kPasses);
    for (const Bytes& piece : FragmentsOf(more, 64, i)) {
      EXPECT_EQ(harness_.Feed(Side::kOutside, piece), kPasses);
    }
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayIcmp), 0u);
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), 0u);
}

TEST_F(ModesTest, NeitherHaveErrorsAboutANotedConnection) {
  harness_.Adopt(Adaptive());
  const Dialogue dialogue = Direct(40000);
  Connect(dialogue);
  const Bytes error = TooBig(dialogue.FromServer(kP | kA, 1, 8, "answer"));
  EXPECT_EQ(PassingErrors(harness_, error), kQuotedErrorsPerSecond + kValue);
  harness_.Advance(Seconds(1));
  EXPECT_EQ(harness_.Feed(Side::kOutside, error), kPasses);
  Config no_value = Adaptive();
  no_value.services[0].police = {};
  harness_.Adopt(no_value);
  EXPECT_EQ(PassingErrors(harness_, error), 1000u);
}

// Of no connection that is known they pass while clients are not challenged, up to the value.
TEST_F(ModesTest, FragmentsOfNobodyPassUpToTheValue) {
  harness_.Adopt(Adaptive());
  const TcpFrame whole = Direct(40000).FromClient(kP | kA, 1, 1, std::string(100, 'x'));
  const std::vector<Bytes> pieces = FragmentsOf(whole, 64);
  ASSERT_EQ(pieces.size(), 3u);
  for (uint32_t i = 0; i < kValue; ++i) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, pieces[i % 3]), kPasses) << i;
  }
  EXPECT_EQ(harness_.Feed(Side::kOutside, pieces[0]), kTooMany);
  EXPECT_EQ(harness_.Feed(Side::kOutside, pieces[1]), Verdict::Drop(Reason::kFragmentWithoutFirst));
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), kValue + 2);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 1u);
}

TEST_F(PoliceTest, FragmentsOfASplicedConnectionAreNoStrays) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  for (uint32_t i = 0; i < 3 * kValue; ++i) {
    const TcpFrame data = dialogue.FromClient(kP | kA, 1, 1, std::string(100, 'd'));
    for (const Bytes& piece : FragmentsOf(data, 64, i)) {
      EXPECT_EQ(harness_.Feed(Side::kOutside, piece), kPasses);
    }
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), 0u);
}

// The server's own connections are nobody's flood.
TEST_F(PoliceTest, FragmentsOfWhatTheServerOpenedAreNoStrays) {
  Dialogue dialogue(harness_);
  TcpFrame syn = dialogue.FromServer(kS, 0, 0);
  EXPECT_EQ(harness_.Feed(Side::kInside, syn), kPasses);
  for (uint32_t i = 0; i < 3 * kValue; ++i) {
    const TcpFrame data = dialogue.FromClient(kP | kA, 1, 1, std::string(100, 'd'));
    for (const Bytes& piece : FragmentsOf(data, 64, i)) {
      EXPECT_EQ(harness_.Feed(Side::kOutside, piece), kPasses);
    }
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), 0u);
}

// They take nothing from those that pass.
TEST_F(PoliceTest, FragmentsThatAreDroppedAnywayAreCounted) {
  TcpFrame syn = ToServer(false);
  syn.payload = std::string(100, 's');
  for (uint32_t i = 0; i < 2 * kValue; ++i) {
    const std::vector<Bytes> pieces = FragmentsOf(syn, 80, i);
    EXPECT_EQ(harness_.Feed(Side::kOutside, pieces[0]), Verdict::Drop(Reason::kFragment));
    EXPECT_EQ(harness_.Feed(Side::kOutside, pieces[1]),
              Verdict::Drop(Reason::kFragmentWithoutFirst));
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayFragments), 4 * kValue);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 0u);
  EXPECT_EQ(Passing(UdpFragment(), 2 * kValue), kValue);
}

// The rest of a datagram whose first fragment was one too many follows it.
TEST_F(PoliceTest, FragmentsToOtherPorts) {
  TcpFrame ssh = ToServer(false);
  ssh.destination.port = 22;
  ssh.flags = kA;
  ssh.payload = std::string(100, 's');
  const std::vector<Bytes> pieces = FragmentsOf(ssh, 80);
  ASSERT_EQ(pieces.size(), 2u);
  for (uint32_t i = 0; i < kValue / 2; ++i) {
    for (const Bytes& piece : pieces) EXPECT_EQ(harness_.Feed(Side::kOutside, piece), kPasses);
  }
  const std::vector<Bytes> others = FragmentsOf(ssh, 80, 77);
  EXPECT_EQ(harness_.Feed(Side::kOutside, others[0]), kTooMany);
  EXPECT_EQ(harness_.Feed(Side::kOutside, others[1]), Verdict::Drop(Reason::kFragmentWithoutFirst));
}

TEST_F(PoliceTest, WithoutAValueNothingIsCounted) {
  harness_.Adopt(In(Mode::kAlways));
  for (const Bytes& frame : {Datagram(), Echo(), UdpFragment()}) {
    EXPECT_EQ(Passing(frame, 3 * kValue), 3 * kValue);
  }
  EXPECT_EQ(Get(ServiceEvent::kStrayUdp), 0u);
  Config udp = In(Mode::kAlways);
  udp.services[0].police.udp = 2;
  harness_.Adopt(udp);
  EXPECT_EQ(Passing(Echo(), 3 * kValue), 3 * kValue);
  EXPECT_EQ(Passing(Datagram(), 5), 2u) << "a reload counts at once";
  EXPECT_EQ(Get(ServiceEvent::kStrayIcmp), 0u);
}

TEST_F(PoliceTest, OfARemovedServiceNothingIsPoliced) {
  Config config = Policing();
  config.services.clear();
  harness_.Adopt(config);
  EXPECT_EQ(Passing(Datagram(), 3 * kValue), 3 * kValue);
}

TEST_F(PoliceTest, AllowedClientsHaveNoLimit) {
  Config config = Policing();
  config.lists = {{"partners", Tier::kAllow, ""}};
  harness_.Adopt(config);
  ListTable table;
  const std::vector<Prefix> prefixes = {{ToServer(false).source.address, 32}};
  table.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, prefixes}});
  table.tiers[1] = Tier::kAllow;
  harness_.shared().lists = &table;
  EXPECT_EQ(Passing(Datagram(), 3 * kValue), 3 * kValue);
  EXPECT_EQ(Passing(Datagram(true), 3 * kValue), kValue);
  harness_.shared().lists = nullptr;
}

class PoliceMonitorTest : public PoliceTest {
 protected:
  PoliceMonitorTest() : PoliceTest(Mode::kMonitor) {}
};

TEST_F(PoliceMonitorTest, CountsWhatAlwaysDrops) {
  for (const Bytes& frame : {Datagram(), Echo(), UdpFragment()}) {
    EXPECT_EQ(Passing(frame, 25), 25u);
  }
  EXPECT_EQ(Get(ServiceEvent::kWouldPoliceDrops), 45u);
  EXPECT_EQ(Get(ServiceEvent::kPoliceDrops), 0u);
  EXPECT_EQ(Get(ServiceEvent::kStrayUdp), 25u);
  EXPECT_EQ(harness_.Count(Reason::kPolice), 0u);
}

TEST_F(ModesTest, ModeOffDropsNothing) {
  harness_.Adopt(Policing(Mode::kOff));
  Bytes udp = Direct(1).Syn().Build();
  udp[23] = 17;
  for (int i = 0; i < 25; ++i) EXPECT_EQ(harness_.Feed(Side::kOutside, udp), kPasses);
  EXPECT_EQ(Get(ServiceEvent::kStrayUdp), 25u);
  EXPECT_EQ(Get(ServiceEvent::kWouldPoliceDrops), 0u);
}

}  // namespace
}  // namespace synsplice::test
