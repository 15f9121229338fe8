#include "text/flow_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "synsplice/cookie/layout.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

using ::testing::HasSubstr;

using test::TcpFrame;

class FlowText : public ::testing::Test {
 protected:
  static Config NatService() {
    Config config;
    config.services.resize(1);
    config.services[0].name = "web";
    config.services[0].listen = {*ParseEndpoint("198.18.0.10:80")};
    config.services[0].backends = {{*ParseEndpoint("198.18.0.11:8080"), std::nullopt}};
    return config;
  }

  static Flow Established() {
    Flow flow{};
    flow.set_phase(Phase::kEstablished);
    flow.delta_or_slot = 5;
    flow.timestamp_delta = 6;
    flow.client_scale = 7;
    flow.promised_scale = 8;
    flow.server_scale = kNoScale;
    flow.backend = 1;
    return flow;
  }

  std::string Change(const std::optional<Flow>& before, const std::optional<Flow>& after) const {
    return FlowChangeText(policy, before, after);
  }

  const Policy policy{NatService()};
};

TEST_F(FlowText, SaysOnceWhatStays) {
  Flow flow = Established();
  EXPECT_EQ(Change({}, {}), "-");
  EXPECT_EQ(Change(flow, flow), "established D=5 scale 7/8/- 198.18.0.11:8080");
  Flow closed = flow;
  closed.set_phase(Phase::kClosed);
  EXPECT_EQ(Change(flow, closed), "established -> closed D=5 scale 7/8/- 198.18.0.11:8080");
}

TEST_F(FlowText, SaysBothWhenTheyDiffer) {
  Flow waiting = Established();
  waiting.set_phase(Phase::kWaiting);
  waiting.counted = 1;
  EXPECT_EQ(Change({}, waiting), "- -> waiting counted 198.18.0.11:8080");
  EXPECT_EQ(Change(waiting, Established()),
            "waiting counted 198.18.0.11:8080 -> established D=5 scale 7/8/- 198.18.0.11:8080");
}

TEST_F(FlowText, TellsHowTimestampsAndSackAreRepaired) {
  Flow flow = Established();
  flow.set_timestamps(TimestampMode::kShift);
  EXPECT_EQ(Change(flow, flow), "established D=5 T=6 scale 7/8/- 198.18.0.11:8080");
  flow.set_timestamps(TimestampMode::kSynthesise);
  flow.strip_sack = 1;
  EXPECT_EQ(Change(flow, flow),
            "established D=5 ts made, echo 6 scale 7/8/- no sack 198.18.0.11:8080");
  flow.strip_sack = 0;
  flow.client_ecn = 1;
  EXPECT_THAT(Change({}, flow), HasSubstr(" ecn client only "));
  flow.server_ecn = 1;
  EXPECT_THAT(Change({}, flow), HasSubstr(" ecn 198.18.0.11"));
  flow.client_ecn = 0;
  EXPECT_THAT(Change({}, flow), HasSubstr(" ecn server only "));
}

TEST_F(FlowText, NothingIsTranslatedForTheServersOwnConnections) {
  Flow flow = Established();
  flow.server_opened = 1;
  EXPECT_EQ(Change(flow, flow), "established opened by server 198.18.0.11:8080");
  flow = Established();
  flow.set_phase(Phase::kRefused);
  flow.backend = 0;
  EXPECT_EQ(Change(flow, flow), "refused");
}

TEST(CookieText, ReadsBothFormsFromBothDirections) {
  CookieFields fields;
  fields.options = {1440, 8, true, false, false};
  fields.epoch_bit = true;
  TcpFrame frame = test::ExampleFrame(false, 0);
  frame.options = {};
  frame.seq = PackIsn(fields);
  EXPECT_EQ(CookieText(ParsedFrame(frame.Build()).packet, true),
            "cookie[mss 1440 scale 8 sack epoch 1]");

  fields.options = {536, 15, false, true, true};
  frame.ack = PackIsn(fields) + 1;
  frame.options.timestamps = {1, PackTimestampBits(fields.options)};
  EXPECT_EQ(CookieText(ParsedFrame(frame.Build()).packet, false),
            "cookie[mss 536 scale - ts ecn epoch 1]");
}

}  // namespace
}  // namespace synsplice
