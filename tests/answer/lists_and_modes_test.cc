// Lists come before the mode, but that monitor changes nothing (rules 37, 43).
#include "answer/lists.h"
#include "support/fragment_frames.h"
#include "support/modes_fixture.h"

namespace synsplice::test {
namespace {

class ListsAndModes : public ModesTest {
 protected:
  explicit ListsAndModes(Mode mode = Mode::kOff) : ModesTest(mode) {
    Config config = In(mode);
    config.lists = {{"them", Tier::kBlock, ""}};
    harness_.Adopt(config);
  }
  void Publish(Tier tier) {
    const std::vector<Prefix> everybody = {{*ParseAddress("0.0.0.0"), 0}};
    table_.files = std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{1, everybody}});
    table_.tiers[1] = tier;
    harness_.shared().lists = &table_;
  }

  ListTable table_;
};

// One who is over the limit goes on the list.
class OverloadAndModes : public ModesTest {
 protected:
  OverloadAndModes() { harness_.Adopt(Limited(Mode::kOff)); }

  static Config Limited(Mode mode) {
    Config config = In(mode);
    config.lists = {{"them", Tier::kBlock, ""}};
    config.services[0].connlimit.above = 1;
    config.services[0].connlimit.overload = "them";
    return config;
  }
  // A connection too many.
  Verdict Exceed(uint16_t port) {
    Dialogue dialogue = Proxied(port);
    dialogue.Open();
    const Verdict verdict = harness_.Feed(Side::kOutside, dialogue.FromClient(kA, 1, 1));
    harness_.Take(Side::kOutside);
    return verdict;
  }
  size_t TakeNotes() {
    size_t count = 0;
    for (ClientNote note; harness_.proxy().notes().Take(note);) ++count;
    return count;
  }
};

class MonitoredLists : public ListsAndModes {
 protected:
  MonitoredLists() : ListsAndModes(Mode::kMonitor) {}
};

TEST_F(ListsAndModes, WhoIsBlockedIsWhereOthersPass) {
  const Dialogue early = Direct(1001), late = Direct(1002);
  Connect(early);
  Publish(Tier::kBlock);
  const Verdict blocked = Verdict::Drop(Reason::kListBlock);
  EXPECT_EQ(harness_.Feed(Side::kOutside, late.Syn()), blocked);
  EXPECT_EQ(harness_.Feed(Side::kOutside, late.FromClient(kP | kA, 1, 1, "data")), blocked);
  GoOn(early);  // until control clears it
}

TEST_F(ListsAndModes, NoFormOfAFrameGetsAroundAList) {
  const Dialogue dialogue = Direct(1011);
  TcpFrame marked = dialogue.Syn();
  marked.options = {};
  marked.raw_options = Bytes(20, 1);
  marked.raw_options[2] = 19, marked.raw_options[3] = 18;
  TcpFrame long_syn = dialogue.Syn(), odd = dialogue.FromClient(kF, 1, 1);
  long_syn.payload = std::string(100, 'x');
  for (const Tier tier : {Tier::kBlock, Tier::kChallenge}) {
    Publish(tier);
    for (const Bytes& frame : {FragmentsOf(long_syn, 64)[0], marked.Build(), odd.Build()}) {
      EXPECT_EQ(harness_.Feed(Side::kOutside, frame).kind, Verdict::Kind::kDrop);
    }
  }
}

// A connection that has ended for a blocked client does not come to life by what its server says.
TEST_F(ListsAndModes, TheServersWordNotesNoBlockedClient) {
  Publish(Tier::kBlock);
  const Dialogue dialogue = Direct(1012);
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue.FromServer(kP | kA, 1, 1, "push")),
            Verdict::Refuse(Reason::kListBlock));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kR);
  EXPECT_EQ(harness_.proxy().flow_count(), 0u);
}

TEST_F(ListsAndModes, WhoIsToBeChallengedIsWhereOthersPass) {
  Publish(Tier::kChallenge);
  Dialogue dialogue = Proxied(1003);
  dialogue.Splice();
  EXPECT_EQ(Get(ServiceEvent::kConnectionsOpened), 1u);
}

// Rule 31 holds for every SYN-ACK that leaves.
TEST_F(ListsAndModes, WhoIsToBeChallengedHasABudget) {
  Config config = In(Mode::kOff);
  config.lists = {{"them", Tier::kChallenge, ""}};
  config.reflection.syn_acks_per_second = 2;
  harness_.Adopt(config);
  Publish(Tier::kChallenge);
  Proxied(1021).Open(), Proxied(1022).Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, Proxied(1023).Syn()),
            Verdict::Drop(Reason::kReflectionBudget));
}

// What follows a lost ACK with a cookie is not the server's, which would refuse it.
TEST_F(ListsAndModes, DataBehindALostAckOfTheChallengedComesAgain) {
  Publish(Tier::kChallenge);
  Dialogue dialogue = Proxied(1024);
  dialogue.Open();
  harness_.Advance(Seconds(5));
  const TcpFrame second = dialogue.FromClient(kP | kA, 501, 1, "second segment");
  EXPECT_EQ(harness_.Feed(Side::kOutside, second).kind, Verdict::Kind::kDrop);
}

TEST_F(ListsAndModes, AFloodOfTheBlockedIsAFlood) {
  Config config = In(Mode::kAlways);
  config.lists = {{"them", Tier::kBlock, ""}};
  config.services[0].flood_syns_per_second = 10;
  harness_.Adopt(config);
  Publish(Tier::kBlock);
  const Bytes syn = Proxied(1025).Syn().Build();
  harness_.FeedBurst(Side::kOutside, std::vector<Bytes>(20, syn));
  harness_.Advance(Seconds(1));
  EXPECT_TRUE(harness_.proxy().service_counters()[0].IsFlooded());
}

// Rule 39: who was let in before is not banned for it.
TEST_F(OverloadAndModes, ATurnBansNobody) {
  Connect(Direct(1031));
  harness_.Adopt(Limited(Mode::kAlways));
  EXPECT_EQ(Exceed(1032).reason, Reason::kConnlimit);
  EXPECT_EQ(TakeNotes(), 0u);
  harness_.Advance(kGrace + RefusedClients::kQuiet);
  EXPECT_EQ(Exceed(1033).reason, Reason::kConnlimit);
  EXPECT_EQ(TakeNotes(), 1u);
  EXPECT_EQ(Exceed(1034).reason, Reason::kConnlimit);
  EXPECT_EQ(TakeNotes(), 0u) << "said just now: a client has no right to the others' room";
}

TEST_F(ListsAndModes, OtherTiersAskForNothing) {
  for (const Tier tier : {Tier::kAllow, Tier::kLog}) {
    Publish(tier);
    Ask(Direct(static_cast<uint16_t>(1004 + static_cast<int>(tier))));
  }
}

TEST_F(MonitoredLists, NobodyIsBlocked) {
  Publish(Tier::kBlock);
  const Dialogue dialogue = Direct(1005);
  Connect(dialogue);
  GoOn(dialogue);
  EXPECT_EQ(Get(ServiceEvent::kWouldDrops), 1u);
  EXPECT_EQ(Get(ServiceEvent::kWouldCookiesSent), 0u);
}

TEST_F(MonitoredLists, NobodyIsChallenged) {
  Publish(Tier::kChallenge);
  Ask(Direct(1006));
  EXPECT_EQ(Get(ServiceEvent::kWouldCookiesSent), 1u);
}

TEST_F(MonitoredLists, NoConnectionOfTheBlockedIsEnded) {
  const Dialogue dialogue = Direct(1007);
  Connect(dialogue);
  Publish(Tier::kBlock);
  Request request;
  request.kind = Request::Kind::kClearFlows;
  request.filter.blocked = true;
  Reply reply;
  Outbox outbox;
  harness_.proxy().Answer(harness_.now(), request, reply, outbox);
  EXPECT_EQ(harness_.proxy().flow_count(), 1u);
}

}  // namespace
}  // namespace synsplice::test
