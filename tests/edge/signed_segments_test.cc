// Rule 25: TCP-MD5 and TCP-AO.
#include "support/dialogue.h"
#include "support/fragment_frames.h"

namespace synsplice::test {
namespace {

Bytes Md5Option() {
  Bytes option{1, 1, 19, 18};
  option.resize(20, 0x5a);
  return option;
}
Bytes AoOption() { return {29, 8, 1, 1, 9, 9, 9, 9}; }

Config WithBypass(const char* v4 = "198.18.0.0/24") {
  Config config = TransparentConfig();
  config.services[0].signed_bypass = {*ParsePrefix(v4), *ParsePrefix("2001:db8::/64")};
  return config;
}

class Signed : public DialogueTest {
 protected:
  static TcpFrame SignedBy(TcpFrame frame, const Bytes& option) {
    frame.raw_options = option;
    return frame;
  }
  // Whatever the client sends, with or without a connection, and what its server answers.
  static void ExpectDropped(ProxyHarness& harness) {
    const auto drop = Verdict::Drop(Reason::kSignedSegment);
    for (const bool v6 : {false, true}) {
      DialogueSetup setup;
      setup.v6 = v6;
      Dialogue dialogue(harness, setup);
      for (const Bytes& option : {Md5Option(), AoOption()}) {
        for (const uint8_t flags : kFlags) {
          const TcpFrame frame = SignedBy(dialogue.FromClient(flags, 1, 1, "x"), option);
          EXPECT_EQ(harness.Feed(Side::kOutside, frame), drop);
        }
      }
      dialogue.Splice();
      for (const Bytes& option : {Md5Option(), AoOption()}) {
        for (const uint8_t flags : {kA, static_cast<uint8_t>(kF | kA), kR}) {
          const TcpFrame client = SignedBy(dialogue.FromClient(flags, 1, 1, "x"), option);
          EXPECT_EQ(harness.Feed(Side::kOutside, client), drop);
          const TcpFrame server = SignedBy(dialogue.FromServer(flags, 1, 1, "x"), option);
          EXPECT_EQ(harness.Feed(Side::kInside, server), drop);
        }
      }
      dialogue.ClientSays(kP | kA, 1, 1, "request");
    }
  }

  static constexpr uint8_t kFlags[] = {kS, kA, kF | kA, kR};
};

TEST_F(Signed, BypassLeavesThemUntouchedAndKeepsNothing) {
  ProxyHarness harness(WithBypass());
  for (const bool v6 : {false, true}) {
    DialogueSetup setup;
    setup.v6 = v6;
    const Dialogue dialogue(harness, setup);
    for (const Bytes& option : {Md5Option(), AoOption()}) {
      for (const uint8_t flags : kFlags) {
        const TcpFrame client = SignedBy(dialogue.FromClient(flags, 1, 1, "x"), option);
        EXPECT_EQ(harness.Feed(Side::kOutside, client), Verdict::Forward());
        EXPECT_EQ(harness.Take(Side::kInside), std::vector<Bytes>{client.Build()});
        const TcpFrame server = SignedBy(dialogue.FromServer(flags, 1, 1, "x"), option);
        EXPECT_EQ(harness.Feed(Side::kInside, server), Verdict::Forward());
        EXPECT_EQ(harness.Take(Side::kOutside), std::vector<Bytes>{server.Build()});
      }
    }
  }
  EXPECT_EQ(harness.Count(Event::kSignedBypassed), 32u);
  EXPECT_EQ(harness.proxy().flow_count(), 0u);
}

TEST_F(Signed, OthersAreDropped) {
  ProxyHarness harness(TransparentConfig());
  ExpectDropped(harness);
  Config config = WithBypass("198.18.1.0/24");
  config.services[0].signed_bypass.pop_back();
  ProxyHarness other(config);
  ExpectDropped(other);
}

TEST_F(Signed, NatHasNoBypass) {
  ProxyHarness harness(NatConfig());
  DialogueSetup setup;
  setup.nat = true;
  Dialogue dialogue(harness, setup);
  dialogue.Splice();
  TcpFrame server = dialogue.FromServer(kA, 1, 1);
  server.raw_options = Md5Option();
  EXPECT_EQ(harness.Feed(Side::kInside, server), Verdict::Drop(Reason::kSignedSegment));
}

// A client of the bypass without the option is proxied like any other.
TEST_F(Signed, UnsignedSegmentsAreProxied) {
  ProxyHarness harness(WithBypass());
  Dialogue dialogue(harness);
  dialogue.Splice();
  dialogue.ClientSays(kP | kA, 1, 1, "request");
}

TEST_F(Signed, FragmentsPassTheBypassToo) {
  ProxyHarness harness(WithBypass());
  const Dialogue dialogue(harness);
  TcpFrame data = dialogue.FromClient(kA, 1, 1, std::string(1000, 'd'));
  data.raw_options = Md5Option();
  const auto parts = FragmentsOf(data, 400);
  for (const Bytes& part : parts) {
    EXPECT_EQ(harness.Feed(Side::kOutside, part), Verdict::Forward());
  }
  EXPECT_EQ(harness.Take(Side::kInside), parts);
}

// Rule 27: nothing of these connections is rewritten, whatever is signed.
TEST_F(Signed, ConnectionsThatTheServerOpenedPass) {
  ProxyHarness harness(TransparentConfig());
  const Dialogue dialogue(harness);
  TcpFrame syn = dialogue.FromServer(kS, 0, 0);
  syn.raw_options = Md5Option();
  EXPECT_EQ(harness.Feed(Side::kInside, syn), Verdict::Forward());
  EXPECT_EQ(harness.Count(Event::kFlowsServerOpened), 1u);
  for (const Side side : {Side::kOutside, Side::kInside}) {
    TcpFrame data = side == Side::kOutside ? dialogue.FromClient(kA, 1, 1, "x")
                                           : dialogue.FromServer(kA, 1, 1, "x");
    data.raw_options = AoOption();
    harness.Take(Other(side));
    EXPECT_EQ(harness.Feed(side, data), Verdict::Forward());
    EXPECT_EQ(harness.Take(Other(side)), std::vector<Bytes>{data.Build()});
  }
  EXPECT_EQ(harness.Count(Event::kSignedBypassed), 0u);
}

TEST_F(Signed, DirectTrafficOfABackendPasses) {
  Config config = NatConfig();
  config.services[0].direct = ServiceConfig::Direct::kBridge;
  ProxyHarness harness(config);
  DialogueSetup setup;
  setup.nat = true;
  TcpFrame server = Dialogue(harness, setup).FromServer(kA, 1, 1);
  server.raw_options = Md5Option();
  EXPECT_EQ(harness.Feed(Side::kInside, server), Verdict::Forward());
  EXPECT_EQ(harness.Count(Event::kBridged), 1u);
}

// A connection that ended: its server may open another from the same port (rule 27).
TEST_F(Signed, ServerOpensWhereAConnectionEnded) {
  ProxyHarness harness(TransparentConfig());
  Dialogue dialogue(harness);
  dialogue.Splice();
  dialogue.CloseBoth();
  TcpFrame syn = dialogue.FromServer(kS, 0, 0);
  syn.raw_options = Md5Option();
  EXPECT_EQ(harness.Feed(Side::kInside, syn), Verdict::Forward());
  EXPECT_EQ(harness.Count(Event::kFlowsServerOpened), 1u);
}

}  // namespace
}  // namespace synsplice::test
