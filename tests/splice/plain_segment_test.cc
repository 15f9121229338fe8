// Rules 16, 18: which segments of a spliced connection have the short way, and what they become.
#include "splice/plain_segment.h"

#include "support/plain_fixture.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kDelta = 60000, kShift = 77;

class PlainSegmentTest : public PlainFixture {
 protected:
  explicit PlainSegmentTest(Config config = TransparentConfig()) : PlainFixture(std::move(config)) {
    flow_ = AddFlow(Frame(kA), Phase::kEstablished);
    flow_->backend = policy_.listener(id()).backends[0];
    flow_->set_timestamps(TimestampMode::kShift);
    flow_->only_fields = 1;
    flow_->delta_or_slot = kDelta;
    flow_->timestamp_delta = kShift;
    flow_->client_end = flow_->server_ack = Seq{5000};
    flow_->server_end = flow_->client_ack = Seq{10000};
  }
  TcpFrame Data(bool from_client) const {
    TcpFrame frame = Frame(kP | kA, from_client);
    if (!from_client) frame.seq = 10000, frame.ack = 5000;
    frame.payload = "GET";
    frame.options.timestamps = {400, 500};
    return frame;
  }
  // Whether the segment goes the short way; if not, nothing has changed.
  bool Goes(Side side, const TcpFrame& frame) {
    const Flow before = *flow_;
    Take(side, {frame.Build()});
    if (burst_.IsGeneral(0)) return false;
    if (JudgePlain(*context_, burst_, 0) == 1) return true;
    EXPECT_EQ(Result(0), frame.Build());
    EXPECT_EQ(std::memcmp(&before, flow_, sizeof before), 0);
    return false;
  }

  Flow* flow_;
};

INSTANTIATE_TEST_SUITE_P(Family, PlainSegmentTest, ::testing::Bool());

TEST_P(PlainSegmentTest, NumbersOfTheClientBecomeTheServers) {
  TcpFrame frame = Data(true);
  ASSERT_TRUE(Goes(Side::kOutside, frame));
  frame.ack -= kDelta;
  frame.options.timestamps->second += kShift;
  EXPECT_EQ(ReadTcpFrame(Result(0)), frame);
  EXPECT_EQ(verdicts_[0], Verdict::Forward());
  EXPECT_EQ(context_->counters.Get(Event::kForwarded), 1u);
  EXPECT_EQ(flow_->client_end, Seq{5003});
}

TEST_P(PlainSegmentTest, NumbersOfTheServerBecomeTheClients) {
  TcpFrame frame = Data(false);
  ASSERT_TRUE(Goes(Side::kInside, frame));
  frame.seq += kDelta;
  frame.options.timestamps->first -= kShift;
  EXPECT_EQ(ReadTcpFrame(Result(0)), frame);
  EXPECT_EQ(flow_->server_end, Seq{10003});
}

TEST_P(PlainSegmentTest, WhatDecidesSomethingIsLeft) {
  for (const int flags : {kF | kA, kF | kR | kA, kR | kA, kS | kA, 0 + kP, kS + 0}) {
    TcpFrame frame = Data(false);
    frame.flags = static_cast<uint8_t>(flags);
    EXPECT_FALSE(Goes(Side::kInside, frame)) << flags;
  }
  TcpFrame sack = Data(true);
  sack.options.sack = {{10, 20}};
  EXPECT_FALSE(Goes(Side::kOutside, sack));
}

TEST_P(PlainSegmentTest, FlowsWithSomethingToDecideAreLeft) {
  const Flow good = *flow_;
  const auto left = [&](const char* what) {
    for (const bool client : {true, false}) {
      EXPECT_FALSE(Goes(client ? Side::kOutside : Side::kInside, Data(client))) << what;
    }
    *flow_ = good;
  };
  flow_->only_fields = 0, left("terms");
  flow_->client_reset = 1, left("reset");
  flow_->last_seen = static_cast<uint16_t>(context_->tick - context_->fresh_ticks), left("idle");
  flow_->last_seen = static_cast<uint16_t>(context_->tick - context_->fresh_ticks + 1);
  EXPECT_TRUE(Goes(Side::kOutside, Data(true)));
}

// Rule 20: the client of a flow that has ended may begin another one.
TEST_P(PlainSegmentTest, FlowsThatEnd) {
  for (const Phase phase : {Phase::kClientClosed, Phase::kServerClosed}) {
    flow_->set_phase(phase);
    EXPECT_TRUE(Goes(Side::kOutside, Data(true))) << Name(phase);
    EXPECT_TRUE(Goes(Side::kInside, Data(false))) << Name(phase);
  }
  for (const Phase phase : {Phase::kClosing, Phase::kTimeWait, Phase::kClosed}) {
    flow_->set_phase(phase);
    EXPECT_FALSE(Goes(Side::kOutside, Data(true))) << Name(phase);
    EXPECT_TRUE(Goes(Side::kInside, Data(false))) << Name(phase);
  }
}

// A FIN without data; damaged, it would end what lives on (rule 18).
TEST_P(PlainSegmentTest, Fin) {
  for (const bool client : {true, false}) {
    const Side side = client ? Side::kOutside : Side::kInside;
    TcpFrame fin = Data(client);
    fin.flags = kF | kA;
    fin.payload.clear();
    Bytes damaged = fin.Build();
    damaged.back() ^= 1;
    Take(side, {damaged});
    EXPECT_EQ(JudgePlain(*context_, burst_, 0), 0u);
    EXPECT_EQ(flow_->phase(), client ? Phase::kEstablished : Phase::kClientClosed);
    EXPECT_TRUE(Goes(side, fin));
    EXPECT_EQ(flow_->phase(), client ? Phase::kClientClosed : Phase::kClosing);
  }
  EXPECT_EQ(flow_->client_end, Seq{5001});
  EXPECT_EQ(flow_->server_end, Seq{10001});
}

// The place in the burst counts, not the place behind the last general frame.
TEST_P(PlainSegmentTest, BehindAGeneralFrame) {
  TcpFrame frame = Data(true), other = frame;
  other.tags = {5};
  Take(Side::kOutside, {other.Build(), frame.Build()});
  EXPECT_EQ(JudgePlain(*context_, burst_, 0), 0u);
  EXPECT_EQ(JudgePlain(*context_, burst_, 1), 2u);
  frame.ack -= kDelta;
  frame.options.timestamps->second += kShift;
  EXPECT_EQ(ReadTcpFrame(Result(1)), frame);
}

TEST_P(PlainSegmentTest, EachOfARunIsCounted) {
  Take(Side::kOutside, std::vector<Bytes>(3, Data(true).Build()));
  ASSERT_EQ(JudgePlain(*context_, burst_, 0), 3u);
  EXPECT_EQ(verdicts_, std::vector<Verdict>(3, Verdict::Forward()));
  EXPECT_EQ(context_->counters.Get(Event::kForwarded), 3u);
}

TEST_P(PlainSegmentTest, DamageStaysDamage) {
  Bytes bytes = Data(true).Build();
  bytes.back() ^= 1;
  Take(Side::kOutside, {bytes});
  ASSERT_EQ(JudgePlain(*context_, burst_, 0), 1u);
  EXPECT_EQ(ReadTcpFrame(Result(0)), std::nullopt);
}

// Its backends' MACs are learned.
class PlainSegmentToNeighbour : public PlainSegmentTest {
 protected:
  PlainSegmentToNeighbour() : PlainSegmentTest(LearnedConfig()) {}
  static Config LearnedConfig() {
    Config config = NatConfig();
    for (BackendConfig& backend : config.services[0].backends) backend.mac.reset();
    return config;
  }
  const Backend& backend() const { return policy_.backend(flow_->backend); }
};

INSTANTIATE_TEST_SUITE_P(Family, PlainSegmentToNeighbour, ::testing::Bool());

// Rule 24: who is unknown or has fallen silent is asked, by the general path.
TEST_P(PlainSegmentToNeighbour, WhoMustBeAskedIsLeft) {
  EXPECT_FALSE(Goes(Side::kOutside, Data(true))) << "unknown";
  (void)shared_.neighbours.ShouldRequest({}, backend().neighbour, context_->now, false);
  shared_.neighbours.Learn({}, backend().neighbour, kBackendMac, context_->now);
  EXPECT_FALSE(Goes(Side::kOutside, Data(true))) << "not heard";
  TcpFrame answer = Data(false);
  answer.source = backend().endpoint;
  ASSERT_TRUE(Goes(Side::kInside, answer));
  TcpFrame frame = Data(true);
  ASSERT_TRUE(Goes(Side::kOutside, frame)) << "heard by the short way";
  frame.destination = backend().endpoint;
  frame.destination_mac = kBackendMac;
  frame.ack -= kDelta;
  frame.options.timestamps->second += kShift;
  EXPECT_EQ(ReadTcpFrame(Result(0)), frame);
}

}  // namespace
}  // namespace synsplice::test
