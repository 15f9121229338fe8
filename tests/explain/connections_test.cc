#include "explain/connections.h"

#include <gmock/gmock.h>

#include "explain/explanation.h"
#include "support/tcp_frame.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

using test::kA;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using namespace std::chrono_literals;

class ConnectionsTest : public ::testing::Test, public Explanation {
 protected:
  explicit ConnectionsTest(const char* backend = nullptr)
      : server_(backend ? backend : kService), policy_(OneService(backend)) {}

  static Config OneService(const char* backend) {
    Config config;
    config.services.resize(1);
    config.services[0].name = "web";
    config.services[0].listen = {*ParseEndpoint(kService)};
    if (backend) {
      config.services[0].backends = {{*ParseEndpoint(backend), *ParseMac("02:00:00:00:00:0e")}};
    }
    return config;
  }

  static TcpFrame Segment(const char* source, const char* destination, uint8_t flags) {
    TcpFrame frame;
    frame.source_mac = *ParseMac("02:00:00:00:00:0c");
    frame.destination_mac = *ParseMac("02:00:00:00:00:0e");
    frame.source = *ParseEndpoint(source);
    frame.destination = *ParseEndpoint(destination);
    frame.flags = flags;
    frame.window = 1000;
    return frame;
  }

  void Feed(Side side, TcpFrame frame, std::chrono::milliseconds after = 10ms) {
    now_ += after;
    replay_.Feed({side, now_, frame.Build(), 0, ++number_});
  }
  // `seq`, `ack`: as the end counts, from its first byte.
  void Client(uint8_t flags, uint32_t seq = 1, uint32_t ack = 1, const char* data = "") {
    TcpFrame frame = Segment(kClient, kService, flags);
    frame.seq = isn_ + seq;
    frame.ack = flags & kA ? cookie_ + ack : 0;
    frame.payload = data;
    Feed(Side::kOutside, frame);
  }
  void Server(uint8_t flags, uint32_t seq = 1, uint32_t ack = 1) {
    TcpFrame frame = Segment(server_, kClient, flags);
    frame.seq = 5000 + seq;
    frame.ack = isn_ + ack;
    Feed(Side::kInside, frame);
  }
  void Ask() { Client(kS, 0); }
  void Open() {
    Ask();
    Client(kA);
  }
  void Splice() {
    Open();
    Server(kS | kA, 0);
  }

  const std::vector<Connection>& Told() {
    told_.clear();
    connections_.Tell(*this);
    return told_;
  }
  std::string End() { return EndText(Told().at(0)); }

  static constexpr const char* kClient = "198.18.0.2:40000";
  static constexpr const char* kService = "198.18.0.10:80";

  const char* server_;
  CaptureTime now_{1'700'000'000s};
  uint64_t number_ = 0;
  uint32_t isn_ = 1000;
  uint32_t cookie_ = 0;
  std::vector<Connection> told_;
  std::string note_;

 private:
  void OnJudged(const JudgedFrame& judged) override {
    const ParsedFrame output(judged.output);
    if (output.packet.kind == Packet::Kind::kTcp && output.packet.Has(kS)) {
      cookie_ = output.packet.seq;
    }
  }
  void OnMade(const MadeFrame&) override {}
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}
  void OnConnection(const Connection& connection) override { told_.push_back(connection); }
  void Summarise(const Proxy&) override {}
  void Note(const std::string& sentence) override { note_ = sentence; }

 protected:
  Policy policy_;
  Selection selection_ = std::get<Selection>(Selection::Create({}, *this));
  Connections connections_{policy_, selection_};
  Observers also_{{}};
  Observers observers_{{this, &selection_, &connections_, &also_}};
  Replay replay_{policy_, HashKeyFrom(1), now_, observers_};
};

TEST_F(ConnectionsTest, AClientThatOnlyAsks) {
  Ask();
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_TRUE(told_[0].OnlyAsked());
  EXPECT_EQ(OpenedText(told_[0]), "asked, sent a cookie, never opened");
  EXPECT_EQ(EndText(told_[0]), "");
}

TEST_F(ConnectionsTest, TellsWhoMetWhomAndWhen) {
  Splice();
  ASSERT_EQ(Told().size(), 1u);
  const Connection& connection = told_[0];
  EXPECT_FALSE(connection.OnlyAsked());
  EXPECT_EQ(ToString(connection.key.client), kClient);
  EXPECT_EQ(ToString(connection.key.server), kService);
  EXPECT_EQ(connection.service, "web");
  EXPECT_EQ(OpenedText(connection), "cookie accepted");
  EXPECT_EQ(connection.opened_at, now_ - 10ms);
  EXPECT_EQ(connection.spliced_at, now_);
  EXPECT_THAT(connection.frames, ElementsAre(2, 1));
  EXPECT_THAT(connection.drops, IsEmpty());
  EXPECT_EQ(EndText(connection), "still open");
}

TEST_F(ConnectionsTest, CountsDropsByReasonAndHeldFramesOnce) {
  Open();
  Client(kA, 1, 1, "early");
  Server(kS | kA, 0);
  Client(kR, 1'000'000'000);
  Client(kR, 1'000'000'000);
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_THAT(told_[0].frames, ElementsAre(5, 1));
  EXPECT_THAT(told_[0].drops, ElementsAre(Pair(Reason::kRstOutOfWindow, 2)));
}

TEST_F(ConnectionsTest, AWrongCookieNeverOpens) {
  Ask();
  cookie_ += 12345;
  Client(kA);
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_FALSE(told_[0].OnlyAsked());
  EXPECT_EQ(told_[0].drops.size(), 1u);
  EXPECT_EQ(EndText(told_[0]), "");
}

TEST_F(ConnectionsTest, TellsHowItEnds) {
  Splice();
  Client(kF | kA);
  EXPECT_EQ(End(), "half closed by the client");
  Server(kF | kA, 1, 2);
  EXPECT_EQ(End(), "both ends have sent FIN");
  Client(kA, 2, 2);
  EXPECT_EQ(End(), "closed");
  Server(kR, 2);
  EXPECT_EQ(End(), "closed, then reset by the server");
}

TEST_F(ConnectionsTest, TellsWhoHasReset) {
  Splice();
  Server(kR, 1);
  EXPECT_EQ(End(), "reset by the server");
}

TEST_F(ConnectionsTest, TellsAClientThatResetsAtOnce) {
  Open();
  EXPECT_EQ(End(), "still waits for the backend");
  Client(kR);
  EXPECT_EQ(End(), "reset by the client before the backend had answered");
  Server(kS | kA, 0);
  EXPECT_EQ(End(), "reset by the client before the backend had answered");
}

TEST_F(ConnectionsTest, TellsAFlowThatWasForgotten) {
  Splice();
  now_ += 100h;
  Server(kA);
  EXPECT_EQ(End(), "forgotten: idle too long");
}

TEST_F(ConnectionsTest, TellsABackendThatRefuses) {
  Open();
  Server(kR | kA, 0);
  EXPECT_EQ(End(), "refused");
}

TEST_F(ConnectionsTest, TellsABackendThatStaysSilent) {
  Open();
  Feed(Side::kInside, Segment("198.18.0.77:1", "198.18.0.78:2", kA), 20s);
  EXPECT_EQ(End(), "the backend stayed silent");
}

TEST_F(ConnectionsTest, AnAddressPairThatIsUsedAgain) {
  Splice();
  Client(kR);
  EXPECT_EQ(End(), "reset by the client");
  isn_ = 90'000;
  Splice();
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_EQ(told_[0].opened_at, now_ - 10ms);
  EXPECT_EQ(End(), "still open");
}

TEST_F(ConnectionsTest, AFloodIsFollowedUpToABound) {
  constexpr size_t kPorts = 50'000;
  for (size_t i = 0; i < Connections::kMost + 2; ++i) {
    TcpFrame syn = Segment("198.18.1.1:1", kService, kS);
    syn.source = *ParseEndpoint("198.18.1." + std::to_string(1 + i / kPorts) + ":" +
                                std::to_string(1 + i % kPorts));
    Feed(Side::kOutside, syn, 1ms);
  }
  EXPECT_EQ(Told().size(), Connections::kMost);
  EXPECT_EQ(note_, "2 frames of connections behind the first 100000 are not summed up");
}

TEST_F(ConnectionsTest, OnlyThoseThatWereSelected) {
  auto udp = std::get<Selection>(Selection::Create({"udp", {}, false}, *this));
  Connections of_udp(policy_, udp);
  also_ = Observers({&udp, &of_udp});
  Splice();
  of_udp.Tell(*this);
  EXPECT_THAT(told_, IsEmpty());
  EXPECT_EQ(Told().size(), 1u);
}

class NatConnectionsTest : public ConnectionsTest {
 protected:
  NatConnectionsTest() : ConnectionsTest("198.18.0.11:8080") {}
};

TEST_F(NatConnectionsTest, AServerBehindNatIsNamedAndCounted) {
  Splice();
  Client(kR);
  now_ += 1h;  // the flow is gone
  Server(kA);
  ASSERT_EQ(Told().size(), 1u);
  EXPECT_EQ(ToString(told_[0].backend.value()), "198.18.0.11:8080");
  EXPECT_THAT(told_[0].frames, ElementsAre(3, 2));
  EXPECT_THAT(told_[0].drops, ElementsAre(Pair(Reason::kBackendWithoutFlow, 1)));
}

}  // namespace
}  // namespace synsplice
