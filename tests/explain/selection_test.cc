#include "explain/selection.h"

#include <gmock/gmock.h>

#include "support/example_frames.h"

namespace synsplice {
namespace {

using test::Bytes;
using ::testing::HasSubstr;

class SelectionTest : public ::testing::Test, public ReplayObserver {
 protected:
  // How many of a forwarded and a dropped frame, with a made one behind each, are shown.
  int Shown(const Selection::Wanted& wanted) {
    auto created = Selection::Create(wanted, *this);
    auto& selection = std::get<Selection>(created);
    shown = 0;
    CapturedFrame input;
    input.bytes = test::ExampleFrame(false, 0).Build();
    for (const Verdict verdict : {Verdict::Forward(), Verdict::Drop(Reason::kLand)}) {
      selection.OnJudged({{}, Side::kOutside, false, input, verdict, {}, {}, {}});
      selection.OnMade({{}, false, Side::kInside, input.bytes});
      selection.OnHeldEnd(Outbox::SlotEvent::Kind::kRelease, 1);
    }
    selection.OnMade({{}, true, Side::kInside, input.bytes});
    return shown;
  }

  void OnJudged(const JudgedFrame&) override { ++shown; }
  void OnMade(const MadeFrame&) override { ++shown; }
  void OnHeldEnd(Outbox::SlotEvent::Kind, size_t) override { ++shown; }

  int shown = 0;
};

TEST_F(SelectionTest, EverythingUnlessAsked) { EXPECT_EQ(Shown({}), 7); }

TEST_F(SelectionTest, DropsWithWhatTheyCaused) { EXPECT_EQ(Shown({"", {}, true}), 3); }

TEST_F(SelectionTest, FramesThatAFilterTakes) {
  EXPECT_EQ(Shown({"tcp dst port 80", {}, false}), 7);
  EXPECT_EQ(Shown({"udp or arp", {}, false}), 0);
}

TEST_F(SelectionTest, AFlowByOneEndOrBoth) {
  const Endpoint client = *ParseEndpoint("198.18.0.12:40000");
  const Endpoint server = *ParseEndpoint("198.18.0.10:80");
  EXPECT_EQ(Shown({"", {client}, false}), 7);
  EXPECT_EQ(Shown({"", {server, client}, false}), 7);
  EXPECT_EQ(Shown({"", {client, *ParseEndpoint("198.18.0.11:80")}, false}), 0);
}

TEST_F(SelectionTest, AFlowBehindNatByTheServiceOrTheBackend) {
  const Bytes outside = test::ExampleFrame(false, 0).Build();
  test::TcpFrame translated = test::ExampleFrame(false, 0);
  translated.destination = *ParseEndpoint("198.18.0.11:8080");
  CapturedFrame input;
  input.bytes = translated.Build();
  const Endpoint client = *ParseEndpoint("198.18.0.12:40000");
  for (const char* server : {"198.18.0.10:80", "198.18.0.11:8080"}) {
    auto created = Selection::Create({"", {client, *ParseEndpoint(server)}, false}, *this);
    auto& selection = std::get<Selection>(created);
    selection.OnJudged({{}, Side::kInside, false, input, Verdict::Forward(), outside, {}, {}});
    EXPECT_TRUE(selection.shown()) << server;
  }
}

TEST_F(SelectionTest, TellsWhatIsWrongWithAFilter) {
  const auto created = Selection::Create({"port eighty or", {}, false}, *this);
  EXPECT_THAT(std::get<std::string>(created), HasSubstr("--filter 'port eighty or': "));
}

}  // namespace
}  // namespace synsplice
