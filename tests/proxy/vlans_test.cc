// Rule 37: the same address in two VLANs may be two services.
#include "support/dialogue.h"
#include "support/fragment_frames.h"
#include "support/icmp_frame.h"
#include "support/neighbour_frame.h"

namespace synsplice::test {
namespace {

// Challenged in VLAN 10, watched in VLAN 20; in others it is nobody's.
Config TwoServices(Mode in_20 = Mode::kOff) {
  Config config = TransparentConfig();
  config.services.push_back(config.services[0]);
  config.services[0].vlans = {10};
  config.services[1].name = "other";
  config.services[1].vlans = {20};
  config.services[1].mode = in_20;
  return config;
}

class Vlans : public DialogueTest, public ::testing::WithParamInterface<bool> {
 protected:
  explicit Vlans(const Config& config = TwoServices()) : harness_(config) {}

  Dialogue In(std::vector<uint16_t> tags, uint16_t port = 40000) {
    DialogueSetup setup;
    setup.v6 = GetParam();
    setup.tags = std::move(tags);
    setup.client_port = port;
    return Dialogue(harness_, setup);
  }
  // Its backend is known to have timestamps by now.
  Dialogue NextIn(std::vector<uint16_t> tags, uint16_t port) {
    Dialogue dialogue = In(std::move(tags), port);
    dialogue.backend_syn_mss =
        std::min<uint16_t>(dialogue.Syn().options.mss, GetParam() ? 1440 : 1460);
    return dialogue;
  }
  // Nobody translates it.
  Dialogue DirectIn(std::vector<uint16_t> tags, uint16_t port = 40000) {
    Dialogue dialogue = In(std::move(tags), port);
    dialogue.isn_p = dialogue.isn_s;
    return dialogue;
  }
  void Untouched(Side side, const TcpFrame& frame) {
    EXPECT_EQ(harness_.Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>{frame.Build()});
    EXPECT_TRUE(harness_.IsQuiet());
  }
  void Converse(const Dialogue& dialogue) {
    Untouched(Side::kOutside, dialogue.Syn());
    Untouched(Side::kInside, dialogue.ServerSynAck());
    Untouched(Side::kOutside, dialogue.FromClient(kP | kA, 1, 1, "request"));
    Untouched(Side::kInside, dialogue.FromServer(kP | kA, 1, 8, "answer"));
  }
  uint64_t Get(size_t service, ServiceEvent event) {
    return harness_.proxy().service_counters()[service].Get(event);
  }

  ProxyHarness harness_;
};
INSTANTIATE_TEST_SUITE_P(Families, Vlans, testing::Bool());

TEST_P(Vlans, EachHasItsMode) {
  Dialogue spliced = In({10});
  spliced.Splice();
  Converse(DirectIn({20}));
  EXPECT_EQ(harness_.proxy().flow_count(), 2u) << "one client endpoint, one address";
  spliced.ClientSays(kP | kA, 1, 1, "request");
  spliced.ServerSays(kP | kA, 1, 8, "answer");
  EXPECT_EQ(Get(0, ServiceEvent::kSyns), 1u);
  EXPECT_EQ(Get(1, ServiceEvent::kSyns), 1u);
  EXPECT_EQ(harness_.Count(Event::kFlowsNoted), 1u);
}

TEST_P(Vlans, TheOuterTagSaysWhose) {
  In({10, 20}).Splice();
  Converse(DirectIn({20, 10}));
}

TEST_P(Vlans, WhatNobodyNamesIsBridged) {
  for (const std::vector<uint16_t>& tags : {std::vector<uint16_t>{}, {0}, {30}, {30, 10}}) {
    const Dialogue dialogue = DirectIn(tags);
    Converse(dialogue);
    Untouched(Side::kOutside, dialogue.FromClient(kA, 77, 77));
  }
  EXPECT_EQ(harness_.Count(Event::kFlowsNoted), 0u);
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

TEST_P(Vlans, ACookieIsValidInItsVlan) {
  Dialogue dialogue = In({10});
  dialogue.Open();
  for (const uint16_t vlan : {20, 30}) {
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.tags = {vlan};
    Untouched(Side::kOutside, ack);
  }
  dialogue.Validate();
}

TEST_P(Vlans, EachHasItsLimit) {
  Config config = TwoServices(Mode::kAlways);
  config.services[0].connlimit.above = 1;
  harness_.Adopt(config);
  In({10}, 1).Splice(), In({20}, 1).Splice();
  NextIn({20}, 2).Splice();
  Dialogue refused = In({10}, 2);
  refused.Open();
  TcpFrame ack = refused.FromClient(kA, 1, 1);
  ack.options.timestamps->second = refused.tsval_p;
  EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Refuse(Reason::kConnlimit));
  harness_.Take(Side::kOutside);
}

TEST_P(Vlans, FragmentsAndBrokenFrames) {
  const auto first_is_lost = [](const Dialogue& dialogue) {
    return FragmentsOf(dialogue.FromClient(kP | kA, 1, 1, std::string(100, 'x')), 64)[1];
  };
  const auto cut = [](const Dialogue& dialogue) {
    Bytes broken = dialogue.FromClient(kA, 1, 1).Build();
    broken.resize(broken.size() - 15);
    return broken;
  };
  EXPECT_EQ(harness_.Feed(Side::kOutside, first_is_lost(In({10}))),
            Verdict::Drop(Reason::kFragmentWithoutFirst));
  EXPECT_EQ(harness_.Feed(Side::kOutside, cut(In({10}))).kind, Verdict::Kind::kDrop);
  for (const uint16_t vlan : {20, 30}) {
    EXPECT_EQ(harness_.Feed(Side::kOutside, first_is_lost(In({vlan}))), Verdict::Forward());
    EXPECT_EQ(harness_.Feed(Side::kOutside, cut(In({vlan}))), Verdict::Forward());
  }
}

// Who names no VLAN polices none that others name, whether or not these do.
TEST_P(Vlans, TheRestIsPolicedWithoutThem) {
  Config config = TwoServices(Mode::kMonitor);
  config.services[0].vlans = {};
  config.services[0].police.udp = 1;
  ProxyHarness harness(config);
  const auto passing = [&](const std::vector<uint16_t>& tags) {
    Bytes udp = In(tags).Syn().Build();
    udp[(GetParam() ? 20 : 23) + 4 * tags.size()] = 17;
    size_t passed = 0;
    for (int i = 0; i < 3; ++i) passed += harness.Feed(Side::kOutside, udp) == Verdict::Forward();
    EXPECT_EQ(harness.Take(Side::kInside), std::vector<Bytes>(passed, udp));
    return passed;
  };
  EXPECT_EQ(passing({20}), 3u);
  EXPECT_EQ(harness.proxy().service_counters()[0].Get(ServiceEvent::kStrayUdp), 0u);
  EXPECT_EQ(passing({}), 1u);
  harness.Advance(Seconds(1));
  EXPECT_EQ(passing({30, 20}), 1u);
}

// One client, one port; the untagged ones take the short way.
TEST_P(Vlans, TheUntaggedHaveTheirOwn) {
  Config config = TwoServices();
  config.services[1].vlans = {0};
  harness_.Adopt(config);
  Converse(DirectIn({}));
  Converse(DirectIn({0}, 40001));
  In({10}).Splice();
  config.services[0].vlans = {0}, config.services[1].vlans = {10};
  ProxyHarness swapped(config);
  DialogueSetup setup;
  setup.v6 = GetParam();
  Dialogue(swapped, setup).Splice();
}

TEST_P(Vlans, AConnectionGoesOnWhereItsServiceWas) {
  Dialogue before = In({10});
  before.Splice();
  Config config = TwoServices();
  config.services[0].vlans = {30};
  harness_.Adopt(config);
  before.ClientSays(kP | kA, 1, 1, "request");
  before.ServerSays(kP | kA, 1, 8, "answer");
  Converse(DirectIn({10}, 40001));
  In({30}).Splice();
}

TEST_P(Vlans, AVlanMore) {
  Dialogue before = In({10});
  before.Splice();
  Config config = TwoServices();
  config.services[0].vlans = {30, 10};
  harness_.Adopt(config);
  before.ClientSays(kP | kA, 1, 1, "request");
  NextIn({10}, 40001).Splice();
  In({30}).Splice();
  EXPECT_EQ(Get(0, ServiceEvent::kSyns), 3u) << "the same service";
}

NeighbourFrame WhoHas(const Dialogue& dialogue) {
  NeighbourFrame request;
  request.tags = dialogue.setup.tags;
  request.source_mac = kClientMac;
  request.sender = dialogue.client.address, request.sender_mac = kClientMac;
  request.asked = dialogue.listener.address;
  request.destination_mac = *ParseMac(request.v6() ? "33:33:ff:00:00:10" : "ff:ff:ff:ff:ff:ff");
  return request;
}

// With NAT nobody else answers for the address; in another VLAN its owner does.
TEST_P(Vlans, AnswersForAnAddressWhereItIsOurs) {
  Config config = NatConfig();
  config.services[0].vlans = {10};
  ProxyHarness harness(config);
  for (const std::vector<uint16_t>& tags : {std::vector<uint16_t>{}, {10}, {20}}) {
    const Verdict verdict = harness.Feed(Side::kOutside, WhoHas(In(tags)).Build());
    EXPECT_EQ(verdict.kind,
              tags == std::vector<uint16_t>{10} ? Verdict::Kind::kBounce : Verdict::Kind::kForward);
  }
}

TEST_P(Vlans, NatGoesToTheBackendInTheVlan) {
  Config config = NatConfig();
  config.services[0].vlans = {10, 20};
  ProxyHarness harness(config);
  for (const uint16_t vlan : {10, 20}) {
    DialogueSetup setup;
    setup.v6 = GetParam();
    setup.nat = true;
    setup.tags = {vlan};
    Dialogue(harness, setup).Splice();
  }
  EXPECT_EQ(harness.proxy().flow_count(), 2u);
}

}  // namespace
}  // namespace synsplice::test
