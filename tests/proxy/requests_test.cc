// What an operator asks of a worker.
#include <map>
#include <set>

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

using Kind = Request::Kind;

class RequestsTest : public DialogueTest {
 protected:
  Dialogue Client(uint16_t port) {
    DialogueSetup setup;
    setup.client_port = port;
    return Dialogue(harness_, setup);
  }
  // What the backend is asked for depends on what it has answered before: not looked at here.
  void ValidateLater(Dialogue& dialogue) {
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(harness_.Feed(Side::kOutside, ack), Verdict::Consumed());
    harness_.Take(Side::kInside);
  }
  // All pieces of the table together.
  std::vector<FlowRecord> AskAll(Kind kind, const FlowFilter& filter = {}) {
    std::vector<FlowRecord> flows;
    Request request{kind, filter};
    for (;;) {
      const Reply reply = harness_.Ask(request);
      flows.insert(flows.end(), reply.flows.begin(), reply.flows.begin() + reply.count);
      if (reply.end) return flows;
      EXPECT_GT(reply.next, request.cursor);
      request.cursor = reply.next;
    }
  }
  std::vector<FlowRecord> List(const FlowFilter& filter = {}) {
    return AskAll(Kind::kListFlows, filter);
  }
  size_t Clear(const FlowFilter& filter = {}) { return AskAll(Kind::kClearFlows, filter).size(); }

  ProxyHarness harness_{TransparentConfig()};
};

TEST_F(RequestsTest, AnEmptyTableHasNoFlows) { EXPECT_TRUE(List().empty()); }

TEST_F(RequestsTest, AFlowWithItsNames) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  harness_.Advance(Seconds(8));
  const auto flows = List();
  ASSERT_EQ(flows.size(), 1u);
  EXPECT_EQ(flows[0].flow.client, dialogue.client.address);
  EXPECT_EQ(flows[0].flow.client_port, dialogue.client.port);
  EXPECT_EQ(flows[0].listener, dialogue.listener);
  EXPECT_EQ(flows[0].backend, dialogue.backend);
  EXPECT_EQ(flows[0].service, 0);
  EXPECT_EQ(flows[0].idle, Seconds(8));
  EXPECT_EQ(flows[0].timeout, TimeoutConfig().established);
  EXPECT_FALSE(flows[0].wait);
}

TEST_F(RequestsTest, AHandshakeSaysWhatItWaitsFor) {
  Dialogue dialogue(harness_);
  dialogue.Open();
  dialogue.Validate("early");
  harness_.Advance(Milliseconds(1500));
  harness_.Take(Side::kInside);
  const auto flows = List();
  ASSERT_EQ(flows.size(), 1u);
  ASSERT_TRUE(flows[0].wait);
  EXPECT_EQ(flows[0].wait->since, Milliseconds(1500));
  EXPECT_EQ(flows[0].wait->retries, 1);
  EXPECT_EQ(flows[0].wait->held_frames, 1);
  EXPECT_FALSE(flows[0].wait->for_neighbour);
}

TEST_F(RequestsTest, EachFilterLetsItsOwnThrough) {
  Dialogue spliced = Client(40000), waiting = Client(40001);
  spliced.Splice();
  ValidateLater(waiting);
  const auto only = [&](const FlowFilter& filter, const Dialogue& expected) {
    const auto flows = List(filter);
    ASSERT_EQ(flows.size(), 1u);
    EXPECT_EQ(flows[0].flow.client_port, expected.client.port);
  };
  only({.client_port = uint16_t{40001}}, waiting);
  only({.phase = Phase::kEstablished}, spliced);
  const Address client = spliced.client.address;
  const Endpoint nowhere = *ParseEndpoint("198.18.0.99:1");
  EXPECT_EQ(List({.client = Prefix{Mask(client, 24), 24}}).size(), 2u);
  EXPECT_EQ(List({.client = Prefix{Mask(nowhere.address, 32), 32}}).size(), 0u);
  EXPECT_EQ(List({.listener = spliced.listener, .backend = spliced.backend}).size(), 2u);
  EXPECT_EQ(List({.listener = nowhere}).size(), 0u);
  EXPECT_EQ(List({.backend = nowhere}).size(), 0u);
  EXPECT_EQ(List({.service = uint16_t{0}}).size(), 2u);
  EXPECT_EQ(List({.service = uint16_t{1}}).size(), 0u);
}

TEST_F(RequestsTest, ABackendInOneVlan) {
  Config config = TransparentConfig();
  config.services[0].vlans = {10, 20};
  ProxyHarness harness(config);
  DialogueSetup setup;
  setup.tags = {10};
  Dialogue dialogue(harness, setup);
  dialogue.Splice();
  const auto count = [&](const FlowFilter& filter) {
    const Reply reply = harness.Ask({.filter = filter});
    for (uint32_t i = 0; i < reply.count; ++i) {
      EXPECT_EQ(ToString(reply.flows[i].backend), "198.18.0.10:80@10");
    }
    return reply.count;
  };
  EXPECT_EQ(count({.backend = dialogue.backend}), 1u);
  EXPECT_EQ(count({.backend = VlanEndpoint(dialogue.backend, 10)}), 1u);
  EXPECT_EQ(count({.backend = VlanEndpoint(dialogue.backend, 20)}), 0u);
}

TEST_F(RequestsTest, PiecesMakeUpTheWhole) {
  for (uint16_t i = 0; i < 100; ++i) {
    Dialogue dialogue = Client(40000 + i);
    ValidateLater(dialogue);
  }
  std::set<uint16_t> ports;
  for (const FlowRecord& record : List()) ports.insert(record.flow.client_port);
  EXPECT_EQ(ports.size(), 100u);
  Request request;
  request.most = 3;
  for (size_t found = 0; found < 3;) {
    const Reply reply = harness_.Ask(request);
    found += reply.count;
    ASSERT_LE(reply.count, 3u);
    request.cursor = reply.next;
  }
}

TEST_F(RequestsTest, ACursorBehindTheTableIsItsEnd) {
  for (const uint32_t cursor : {uint32_t{1} << 18, UINT32_MAX}) {
    Request request;
    request.cursor = cursor;
    const Reply reply = harness_.Ask(request);
    EXPECT_EQ(reply.count, 0u);
    EXPECT_TRUE(reply.end);
  }
}

TEST_F(RequestsTest, ExpiredFlowsAreNotTold) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  dialogue.CloseBoth();
  EXPECT_EQ(List().size(), 1u);
  harness_.Advance(Seconds(3600));
  EXPECT_TRUE(List().empty());
}

// Whatever either end says next, it hears that there is no connection any more.
TEST_F(RequestsTest, BothEndsOfAClearedFlowMeetAReset) {
  Dialogue dialogue(harness_);
  dialogue.Splice();
  dialogue.ClientSays(kP | kA, 1, 1, "question");
  dialogue.ServerSays(kP | kA, 1, 9, "answer");
  EXPECT_EQ(Clear(), 1u);
  EXPECT_EQ(dialogue.phase(), Phase::kRefused);
  EXPECT_EQ(Clear(), 0u) << "it is cleared already";
  const TcpFrame more = dialogue.FromClient(kP | kA, 9, 7, "more");
  EXPECT_EQ(harness_.Feed(Side::kOutside, more), Verdict::Refuse(Reason::kRefusedFlow));
  TcpFrame reset = harness_.TakeOne(Side::kOutside);
  EXPECT_EQ(reset.flags, kR);
  EXPECT_EQ(reset.seq, more.ack);
  const TcpFrame again = dialogue.FromServer(kP | kA, 7, 9, "again");
  EXPECT_EQ(harness_.Feed(Side::kInside, again), Verdict::Refuse(Reason::kRefusedFlow));
  reset = harness_.TakeOne(Side::kInside);
  EXPECT_EQ(reset.flags, kR);
  EXPECT_EQ(reset.seq, again.ack);
}

// Nobody who only guesses learns of it.
TEST_F(RequestsTest, SegmentsThatNeverFittedAreNotAnswered) {
  Config config = TransparentConfig();
  config.services[0].wrong_cookie = ServiceConfig::WrongCookie::kDrop;
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Splice();
  dialogue.ClientSays(kP | kA, 1, 1, "question");
  dialogue.ServerSays(kP | kA, 1, 9, "answer");
  harness.Ask({Kind::kClearFlows, {}});
  const TcpFrame far = dialogue.FromClient(kP | kA, 0x40000000, 7, "far");
  EXPECT_EQ(harness.Feed(Side::kOutside, far).kind, Verdict::Kind::kDrop);
  Bytes damaged = dialogue.FromClient(kP | kA, 9, 7, "damaged").Build();
  damaged.back() ^= 1;
  EXPECT_EQ(harness.Feed(Side::kOutside, damaged), Verdict::Drop(Reason::kBadTcpChecksum));
}

// Both ends, though their numbers are their own.
TEST_F(RequestsTest, BothEndsOfAClearedConnectionOfTheServersOwnMeetAReset) {
  const Dialogue dialogue(harness_);
  TcpFrame syn = dialogue.FromServer(kS, 0, 0);
  EXPECT_EQ(harness_.Feed(Side::kInside, syn), Verdict::Forward());
  const TcpFrame answer = dialogue.FromClient(kS | kA, 0, 1);
  EXPECT_EQ(harness_.Feed(Side::kOutside, answer), Verdict::Forward());
  EXPECT_EQ(Clear(), 1u);
  harness_.Take(Side::kInside), harness_.Take(Side::kOutside);
  EXPECT_EQ(harness_.Feed(Side::kInside, dialogue.FromServer(kA, 1, 1)),
            Verdict::Refuse(Reason::kRefusedFlow));
  EXPECT_EQ(harness_.TakeOne(Side::kInside).flags, kR);
  EXPECT_EQ(harness_.Feed(Side::kOutside, dialogue.FromClient(kP | kA, 1, 1, "more")),
            Verdict::Refuse(Reason::kRefusedFlow));
  EXPECT_EQ(harness_.TakeOne(Side::kOutside).flags, kR);
}

TEST_F(RequestsTest, AClientWhoseHandshakeIsClearedIsTold) {
  Dialogue dialogue(harness_);
  dialogue.Open();
  dialogue.Validate("early");
  EXPECT_EQ(Clear(), 1u);
  EXPECT_EQ(harness_.TakeOne(Side::kOutside), dialogue.ResetToClient(5));
  EXPECT_EQ(harness_.held_count(), 0u);
  EXPECT_EQ(harness_.proxy().handshake_count(), 0u);
}

TEST_F(RequestsTest, AClearedFlowGivesItsPlaceBack) {
  Config config = TransparentConfig();
  config.services[0].connlimit.above = 1;
  ProxyHarness harness(config);
  Dialogue dialogue(harness);
  dialogue.Splice();
  EXPECT_EQ(harness.shared().connlimit.total(), 1u);
  EXPECT_TRUE(harness.Ask({Kind::kClearFlows, {}}).end) << "the table is small";
  EXPECT_EQ(harness.shared().connlimit.total(), 0u);
}

TEST_F(RequestsTest, OnlyFlowsThatWaitAreHandshakes) {
  Dialogue spliced = Client(40000), waiting = Client(40001), gone = Client(40002);
  spliced.Splice();
  ValidateLater(waiting);
  ValidateLater(gone);
  Clear({.client_port = uint16_t{40002}});
  const auto handshakes = AskAll(Kind::kListHandshakes);
  ASSERT_EQ(handshakes.size(), 1u);
  EXPECT_EQ(handshakes[0].flow.client_port, 40001);
  EXPECT_TRUE(handshakes[0].wait);
  EXPECT_TRUE(AskAll(Kind::kListHandshakes, {.service = uint16_t{1}}).empty());
}

// Of the first worker, which sees what all of them count.
class LimitsTest : public RequestsTest {
 protected:
  static Config Limited() {
    Config config = TransparentConfig();
    config.services[0].connlimit.above = 9;
    return config;
  }
  std::vector<LimitRecord> Ask(const FlowFilter& filter, uint32_t least = 0) {
    std::vector<LimitRecord> limits;
    Request request{Kind::kListLimits, filter};
    request.least = least;
    for (Reply reply; !reply.end; request.cursor = reply.next) {
      reply = limited_.Ask(request);
      limits.insert(limits.end(), reply.limits.begin(), reply.limits.begin() + reply.count);
    }
    return limits;
  }
  ProxyHarness limited_{Limited()};
};

TEST_F(LimitsTest, NetworksWithTheirConnectionsAndWhatTheyMayHave) {
  for (const uint16_t port : {40000, 40001}) {
    DialogueSetup setup;
    setup.client_port = port;
    Dialogue dialogue(limited_, setup);
    dialogue.Open();
    TcpFrame ack = dialogue.FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue.tsval_p;
    EXPECT_EQ(limited_.Feed(Side::kOutside, ack), Verdict::Consumed());
    limited_.Take(Side::kInside);
  }
  const auto limits = Ask({});
  ASSERT_EQ(limits.size(), 1u);
  const Address client = Dialogue(limited_).client.address;
  EXPECT_EQ(limits[0].network, (Prefix{client, 32}));
  EXPECT_EQ(limits[0].service, 0);
  EXPECT_EQ(limits[0].connections, 2u);
  EXPECT_EQ(limits[0].above, 9u);
  EXPECT_EQ(Ask({}, 2).size(), 1u);
  EXPECT_TRUE(Ask({}, 3).empty());
  EXPECT_EQ(Ask({.client = Prefix{Mask(client, 24), 24}}).size(), 1u);
  EXPECT_TRUE(Ask({.client = Prefix{*ParseAddress("198.19.0.0"), 24}}).empty());
  EXPECT_TRUE(Ask({.service = uint16_t{1}}).empty());
}

TEST_F(RequestsTest, NeighboursWithTheirAges) {
  NeighbourTable& table = harness_.shared().neighbours;
  const Mac mac = *ParseMac("02:00:00:00:00:0b");
  table.ShouldRequest({1, 2}, 3, harness_.now(), false);
  table.ShouldRequest({}, 4, harness_.now(), false);
  table.Learn({}, 4, mac, harness_.now());
  harness_.Advance(Seconds(2));
  std::map<uint16_t, NeighbourRecord> found;
  Request request{Kind::kListNeighbours, {}};
  for (Reply reply; !reply.end; request.cursor = reply.next) {
    reply = harness_.Ask(request);
    for (size_t i = 0; i < reply.count; ++i) {
      found[reply.neighbours[i].neighbour] = reply.neighbours[i];
    }
  }
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[3].vids, (Vids{1, 2}));
  EXPECT_EQ(found[3].mac, std::nullopt);
  EXPECT_EQ(found[3].learned, std::nullopt);
  EXPECT_EQ(found[4].mac, mac);
  EXPECT_EQ(found[4].learned, Seconds(2));
  EXPECT_EQ(found[4].unused, Seconds(2));
}

TEST_F(RequestsTest, PromisesOfEachListener) {
  const Reply reply = harness_.Ask({Kind::kListPromises, {}});
  EXPECT_TRUE(reply.end);
  ASSERT_EQ(reply.count, harness_.policy().listener_count() - 1);
  EXPECT_EQ(reply.promises[0].listener, harness_.policy().listener(1).endpoint);
  EXPECT_TRUE(reply.promises[0].current.sack);
  EXPECT_EQ(reply.promises[0].next, std::nullopt);
  const Endpoint last = harness_.policy().listener(ListenerId(reply.count)).endpoint;
  EXPECT_EQ(harness_.Ask({Kind::kListPromises, {.listener = last}}).count, 1u);
  EXPECT_EQ(harness_.Ask({Kind::kListPromises, {.service = uint16_t{9}}}).count, 0u);
}

// One SYN in 64 is looked at.
TEST_F(RequestsTest, SourcesOfSynsAreWrittenDownEachSecond) {
  const Dialogue dialogue(harness_);
  const TcpFrame syn = dialogue.FromClient(kS, 0, 0);
  for (int i = 0; i < 2000; ++i) EXPECT_EQ(harness_.Feed(Side::kOutside, syn), Verdict::Bounce());
  harness_.Advance(Seconds(1));
  SourceList list;
  ASSERT_TRUE(harness_.proxy().sources().Read(list));
  ASSERT_EQ(list.sources.size(), 1u);
  EXPECT_EQ(list.sources[0].source, dialogue.client.address);
  EXPECT_EQ(list.sources[0].service, 0);
  EXPECT_NEAR(list.sources[0].syns, 2000, 1200);
}

}  // namespace
}  // namespace synsplice::test
