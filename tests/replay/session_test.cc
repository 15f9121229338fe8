#include "replay/session.h"

#include <gmock/gmock.h>

#include "support/tcp_frame.h"

namespace synsplice {
namespace {

using test::kA;
using test::kF;
using test::kR;
using test::kS;
using test::TcpFrame;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A recording without a proxy: both ends' frames, one millisecond apart, all in one file.
class SessionTest : public ::testing::Test, private ReplayObserver {
 protected:
  SessionTest() {
    config.services.resize(1);
    config.services[0].listen = {*ParseEndpoint("198.18.0.10:80"),
                                 *ParseEndpoint("[2001:db8::10]:80")};
  }

  // Segment of the recorded client or server; what the handshake negotiated is on it.
  void Say(bool client, uint8_t flags, uint32_t seq, uint32_t ack, const std::string& data = "") {
    TcpFrame frame;
    frame.source_mac = *ParseMac(client ? "02:00:00:00:00:0c" : "02:00:00:00:00:0e");
    frame.destination_mac = *ParseMac(client ? "02:00:00:00:00:0e" : "02:00:00:00:00:0c");
    frame.tags = tags;
    const char* other = v6 ? "[2001:db8::2]:40000" : "198.18.0.2:40000";
    const char* service = v6 ? "[2001:db8::10]:80" : "198.18.0.10:80";
    frame.source = *ParseEndpoint(client ? other : service);
    frame.destination = *ParseEndpoint(client ? service : other);
    frame.seq = seq;
    frame.ack = ack;
    frame.flags = flags;
    frame.window = 1000;
    frame.payload = data;
    const bool syn = flags & kS;
    if (syn) frame.options.mss = 1400;
    if (syn) frame.options.sack_permitted = true;
    if (syn && (client || server_scales)) frame.options.scale = 7;
    if (server_timestamps || (syn && client)) {
      frame.options.timestamps = {client ? 100 : 900, ack == 0 ? 0 : client ? 900 : 100};
    }
    if (sack) frame.options.sack = {{sack, sack + 10}};
    CapturedFrame captured;
    captured.side = client || !apart ? Side::kOutside : Side::kInside;
    captured.time =
        CaptureTime(std::chrono::seconds(1700000000)) + std::chrono::milliseconds(frames.size());
    captured.bytes = frame.Build();
    frames.push_back(captured);
  }
  void Client(uint8_t flags, uint32_t seq, uint32_t ack = 0, const std::string& data = "") {
    Say(true, flags, seq, ack, data);
  }
  void Server(uint8_t flags, uint32_t seq, uint32_t ack, const std::string& data = "") {
    Say(false, flags, seq, ack, data);
  }
  void Connection(uint32_t isn_c, uint32_t isn_s) {
    Client(kS, isn_c);
    Server(kS | kA, isn_s, isn_c + 1);
    Client(kA, isn_c + 1, isn_s + 1);
    Client(kA, isn_c + 1, isn_s + 1, "ask");
    Server(kA, isn_s + 1, isn_c + 4, "answer");
    Client(kF | kA, isn_c + 4, isn_s + 7);
    Server(kF | kA, isn_s + 7, isn_c + 5);
    Client(kA, isn_c + 5, isn_s + 8);
  }

  std::vector<std::string> Report() {
    const Policy plain(config);
    RecordedSessions recorded(plain);
    for (const CapturedFrame& frame : frames) recorded.See(frame);
    const Policy policy(recorded.WithPromises(config));
    promise = policy.config().services[0].promise;
    const auto sides = apart ? SessionReplay::Sides::kApart : SessionReplay::Sides::kMixed;
    SessionReplay replay(recorded, sides, {policy, HashKeyFrom(1), frames.front().time}, *this);
    for (const CapturedFrame& frame : frames) replay.Feed(frame);
    replay.Finish();
    return replay.Report();
  }

  void OnJudged(const JudgedFrame& judged) override {
    ++judged_count;
    if (judged.verdict.kind != Verdict::Kind::kForward) return;
    const auto frame = test::ReadTcpFrame(judged.output);
    ASSERT_TRUE(frame) << "a checksum is wrong";
    if (judged.side == Side::kOutside) to_server.push_back(*frame);
  }
  void OnMade(const MadeFrame& made) override {
    if (made.to == Side::kInside) to_server.push_back(*test::ReadTcpFrame(made.bytes));
  }
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override {}

  Config config;
  bool v6 = false, apart = false, server_timestamps = true, server_scales = true;
  uint32_t sack = 0;
  std::vector<uint16_t> tags;
  std::vector<CapturedFrame> frames;
  Promise promise;
  size_t judged_count = 0;
  std::vector<TcpFrame> to_server;
};

TEST_F(SessionTest, RunsFromHandshakeToTeardown) {
  for (const bool family : {false, true}) {
    v6 = family;
    tags = family ? std::vector<uint16_t>{5} : std::vector<uint16_t>{};
    frames.clear();
    Connection(0xffffffff, 5);
    EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1"));
  }
}

// What reaches the server are the numbers that the recorded client sent it.
TEST_F(SessionTest, TheServerHearsWhatItHeard) {
  Client(kS, 100);
  Server(kS | kA, 7000, 101);
  Client(kA, 101, 7001);
  sack = 7011;
  Client(kA, 101, 7001, "ask");
  EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 0"));
  const TcpFrame& asked = to_server.back();
  EXPECT_EQ(asked.ack, 7001u);
  EXPECT_THAT(asked.options.sack, ElementsAre(std::pair(7011u, 7021u)));
  EXPECT_EQ(asked.options.timestamps->second, 900u);
}

TEST_F(SessionTest, PromisesWhatTheRecordedServerOffered) {
  Connection(100, 7000);
  Report();
  EXPECT_EQ(promise.mss, 1400);
  EXPECT_EQ(promise.timestamps, true);
  EXPECT_EQ(promise.sack, true);
  EXPECT_EQ(promise.window_scale, 7);
}

// A configured promise stays; the SYN asks for nothing that its recorded answer lacks.
TEST_F(SessionTest, OptionsThatWereNotNegotiatedAreBlanked) {
  for (const bool promised : {false, true}) {
    config.services[0].promise.timestamps = promised;
    config.services[0].promise.window_scale = 7;
    server_timestamps = !promised;
    server_scales = false;
    frames.clear();
    Connection(100, 7000);
    EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1")) << promised;
    EXPECT_FALSE(to_server.back().options.timestamps) << promised;
  }
}

TEST_F(SessionTest, ATupleIsUsedAgain) {
  Connection(100, 7000);
  Connection(500'000, 9'000'000);
  EXPECT_THAT(Report(), ElementsAre("sessions 2, opened 2, closed 2"));
}

TEST_F(SessionTest, RetransmissionsAreNoOtherSessions) {
  Client(kS, 100);
  Connection(100, 7000);
  EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1"));
}

TEST_F(SessionTest, ResetsClose) {
  Client(kS, 100);
  Server(kS | kA, 7000, 101);
  Client(kA, 101, 7001);
  Client(kR | kA, 101, 7001);
  EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1"));
}

TEST_F(SessionTest, SaysWhyASessionDidNotOpen) {
  Client(kS, 100);
  EXPECT_THAT(Report(), Contains("sessions not opened 1: no SYN-ACK in the capture"));
  Server(kS | kA, 7000, 101);
  EXPECT_THAT(Report(), Contains("sessions not opened 1: no ACK in the capture"));
  frames.pop_back();
  Server(kR | kA, 0, 101);
  EXPECT_THAT(Report(), Contains("sessions not opened 1: refused by the server"));
  frames.clear();
  Client(kS, 100, 0, "early");
  Server(kS | kA, 7000, 106);
  EXPECT_THAT(Report(),
              Contains("sessions not opened 1: the server took the SYN's data (Fast Open)"));
  frames.clear();
  Client(kS, 100);
  Server(kS | kA, 7000, 101);
  Client(kA, 150, 7001, "later");
  EXPECT_THAT(Report(), Contains("sessions not opened 1: cookie_wrong"));
}

TEST_F(SessionTest, NothingIsLost) {
  Server(kA, 7000, 101, "before the capture");
  Client(kA, 101, 7018);
  EXPECT_THAT(Report(), Contains("connections that began before the capture 1"));
  EXPECT_EQ(judged_count, 2u);
  frames.clear();
  judged_count = 0;
  Client(kS, 100);
  Server(kS | kA, 7000, 101);
  Server(kS | kA, 7000, 101);
  Report();
  EXPECT_EQ(judged_count, 3u);
}

// Each port's capture holds every frame, as it arrived and as it left.
TEST_F(SessionTest, FramesThatLeaveAreLeftOut) {
  apart = true;
  Connection(100, 7000);
  const std::vector<CapturedFrame> arrived = std::exchange(frames, {});
  for (const CapturedFrame& frame : arrived) {
    frames.push_back(frame);
    frames.push_back(frame);
    frames.back().side = Other(frame.side);
  }
  EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1",
                                    "frames left out, as they leave on that side 8"));
}

TEST_F(SessionTest, TheBackendBehindNatSpeaksForTheService) {
  config.services[0].backends = {
      {*ParseEndpoint("198.18.0.21:8080"), *ParseMac("02:00:00:00:00:21")}};
  config.services[0].listen.pop_back();
  Connection(100, 7000);
  EXPECT_THAT(Report(), ElementsAre("sessions 1, opened 1, closed 1"));
  EXPECT_EQ(to_server.back().destination, *ParseEndpoint("198.18.0.21:8080"));
}

}  // namespace
}  // namespace synsplice
