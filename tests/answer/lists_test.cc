// Rule 43 in the core: what a list says of a client who has no connection yet.
#include "answer/lists.h"

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr ListId kList = 1;

class ListDialogue : public DialogueTest {
 protected:
  static Config Listed(uint32_t above = 0) {
    Config config = TransparentConfig();
    config.lists = {{"them", Tier::kBlock, ""}, {"others", Tier::kBlock, ""}};
    config.services[0].connlimit.above = above;
    config.services[0].connlimit.overload = above == 0 ? "" : "them";
    return config;
  }
  static ListTable Table(Tier tier, const std::vector<Prefix>& prefixes) {
    ListTable table;
    table.files =
        std::make_shared<PrefixTable>(std::vector<PrefixTable::Source>{{kList, prefixes}});
    table.tiers[kList] = tier;
    return table;
  }
  void Publish(Tier tier, const std::vector<Prefix>& prefixes) {
    table_ = Table(tier, prefixes);
    harness_.shared().lists = &table_;
  }
  void PublishClient(Tier tier) {
    Publish(tier, {{dialogue_.client.address, 32}, *ParsePrefix("2001:db8::/32")});
  }
  uint64_t hits() const { return harness_.proxy().list_hits()[kList].Get(); }
  std::vector<ClientNote> TakeNotes() {
    std::vector<ClientNote> notes;
    for (ClientNote note; harness_.proxy().notes().Take(note);) notes.push_back(note);
    return notes;
  }

  ListTable table_;
  mutable ProxyHarness harness_{Listed()};
  Dialogue dialogue_{harness_};
};

TEST_F(ListDialogue, WhoIsBlockedGetsNoCookie) {
  PublishClient(Tier::kBlock);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.Syn()), Verdict::Drop(Reason::kListBlock));
  EXPECT_TRUE(harness_.IsQuiet());
  EXPECT_EQ(hits(), 1u);
  const auto notes = TakeNotes();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].client, dialogue_.client.address);
  EXPECT_EQ(notes[0].list, kList);
}

TEST_F(ListDialogue, AllFramesOfABurstMeetTheSame) {
  Publish(Tier::kBlock, {{dialogue_.client.address, 32}});
  DialogueSetup setup;
  setup.tags = {7};
  const Dialogue tagged(harness_, setup);
  TcpFrame other = dialogue_.Syn();
  other.source.address = *ParseAddress("198.18.77.1");
  const Bytes blocked = dialogue_.Syn().Build(), passes = other.Build();
  const auto verdicts = harness_.FeedBurst(
      Side::kOutside, {blocked, passes, blocked, blocked, tagged.Syn().Build(), passes});
  const Verdict drop = Verdict::Drop(Reason::kListBlock), answer = Verdict::Bounce();
  EXPECT_EQ(verdicts, (std::vector<Verdict>{drop, answer, drop, drop, drop, answer}));
  EXPECT_EQ(hits(), 4u);
  EXPECT_EQ(harness_.Count(Reason::kListBlock), 4u);
  EXPECT_EQ(harness_.Count(Event::kDropped), 4u);
}

TEST_F(ListDialogue, Ipv6) {
  PublishClient(Tier::kBlock);
  DialogueSetup setup;
  setup.v6 = true;
  EXPECT_EQ(harness_.Feed(Side::kOutside, Dialogue(harness_, setup).Syn()),
            Verdict::Drop(Reason::kListBlock));
}

TEST_F(ListDialogue, WhoIsBlockedOpensNothingWithTheCookieThatHeHas) {
  dialogue_.Open();
  PublishClient(Tier::kBlock);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA, 1, 1)),
            Verdict::Drop(Reason::kListBlock));
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA, 1, 7)),
            Verdict::Drop(Reason::kListBlock));
  EXPECT_TRUE(harness_.IsQuiet());
}

TEST_F(ListDialogue, AConnectionGoesOnUntilItIsCleared) {
  dialogue_.Splice();
  PublishClient(Tier::kBlock);
  dialogue_.ClientSays(kA | kP, 1, 1, "hello");
  Request request;
  request.kind = Request::Kind::kClearFlows;
  request.filter.blocked = true;
  EXPECT_EQ(harness_.Ask(request).count, 1u);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue_.FromClient(kA | kP, 6, 1, "again")),
            Verdict::Drop(Reason::kListBlock));
  // The server's half ends as that of any that is cleared.
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue_.FromServer(kA, 1, 6)),
            Verdict::Refuse(Reason::kRefusedFlow));
}

TEST_F(ListDialogue, OnlyFlowsOfBlockedClientsAreCleared) {
  dialogue_.Splice();
  PublishClient(Tier::kLog);
  Request request;
  request.kind = Request::Kind::kClearFlows;
  request.filter.blocked = true;
  EXPECT_EQ(harness_.Ask(request).count, 0u);
}

TEST_F(ListDialogue, WhoIsLoggedIsCountedAndTold) {
  PublishClient(Tier::kLog);
  dialogue_.Splice();
  EXPECT_EQ(hits(), 1u);
  EXPECT_EQ(TakeNotes().size(), 1u);
}

TEST_F(ListDialogue, WhoIsChallengedGetsACookie) {
  PublishClient(Tier::kChallenge);
  dialogue_.Open();
  EXPECT_EQ(hits(), 1u);
  EXPECT_TRUE(TakeNotes().empty());
}

TEST_F(ListDialogue, AServiceLooksAtItsOwnListsOnly) {
  Config config = Listed();
  config.services[0].lists = {{"others"}};
  harness_.Adopt(config);
  PublishClient(Tier::kBlock);
  dialogue_.Open();
  EXPECT_EQ(hits(), 0u);
}

TEST_F(ListDialogue, WhoIsAllowedHasNoConnlimit) {
  harness_.Adopt(Listed(1));
  PublishClient(Tier::kAllow);
  dialogue_.Splice();
  DialogueSetup setup;
  setup.client_port = 40001;
  Dialogue second(harness_, setup);
  second.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, second.FromClient(kA, 1, 1)), Verdict::Consumed());
  EXPECT_EQ(harness_.shared().connlimit.total(), 0u);
}

TEST_F(ListDialogue, WhoIsOverTheLimitIsNoted) {
  harness_.Adopt(Listed(1));
  dialogue_.Splice();
  DialogueSetup setup;
  setup.client_port = 40001;
  Dialogue second(harness_, setup);
  second.Open();
  EXPECT_EQ(harness_.Feed(Side::kOutside, second.FromClient(kA, 1, 1)).reason, Reason::kConnlimit);
  const auto notes = TakeNotes();
  ASSERT_EQ(notes.size(), 1u);
  EXPECT_EQ(notes[0].kind, ClientNote::Kind::kOverConnlimit);
  EXPECT_EQ(notes[0].client, dialogue_.client.address);
}

}  // namespace
}  // namespace synsplice::test
