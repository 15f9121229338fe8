#include "capture/frame_choice.h"

#include <gmock/gmock.h>

#include "capture/example_policy.h"

namespace synsplice {
namespace {

using test::SegmentOf;

FrameChoice ChoiceOf(const CaptureChoice& choice) {
  auto created = FrameChoice::Create(choice);
  EXPECT_TRUE(std::holds_alternative<FrameChoice>(created)) << std::get<std::string>(created);
  return std::get<FrameChoice>(std::move(created));
}

TEST(FrameChoice, BothDirectionsOfAService) {
  const Policy policy = test::ExamplePolicy();
  const FrameChoice web = ChoiceOf({.service = 0}), api = ChoiceOf({.service = 1});
  const auto asked = SegmentOf("198.18.0.1:1000", "198.18.0.10:80");
  const auto answered = SegmentOf("198.18.0.10:80", "198.18.0.1:1000");
  for (const auto& frame : {asked, answered}) {
    EXPECT_TRUE(web.Takes(policy, frame));
    EXPECT_FALSE(api.Takes(policy, frame));
  }
  EXPECT_FALSE(web.Takes(policy, SegmentOf("198.18.0.1:1000", "198.18.0.10:81")));
  EXPECT_FALSE(web.Takes(policy, test::Bytes(20)));
}

TEST(FrameChoice, ASharedBackendSpeaksForAllOfItsServices) {
  const Policy policy = test::ExamplePolicy();
  const auto frame = SegmentOf("198.18.0.21:8443", "198.18.0.1:1000");
  EXPECT_FALSE(ChoiceOf({.service = 0}).Takes(policy, frame));
  EXPECT_TRUE(ChoiceOf({.service = 1}).Takes(policy, frame));
  EXPECT_TRUE(ChoiceOf({.service = 2}).Takes(policy, frame));
}

TEST(FrameChoice, FilterAndServiceTogether) {
  const Policy policy = test::ExamplePolicy();
  const FrameChoice choice = ChoiceOf({.filter = "host 198.18.0.1", .service = 0});
  EXPECT_TRUE(choice.Takes(policy, SegmentOf("198.18.0.1:1000", "198.18.0.10:80")));
  EXPECT_FALSE(choice.Takes(policy, SegmentOf("198.18.0.2:1000", "198.18.0.10:80")));
}

std::string WhyNot(const std::string& filter) {
  const auto created = FrameChoice::Create({.filter = filter});
  const auto* why = std::get_if<std::string>(&created);
  return why ? *why : "";
}

TEST(FrameChoice, RefusesFiltersThatCannotBeOrCostTooMuch) {
  EXPECT_THAT(WhyNot("tcp prot 80"), testing::StartsWith("filter: 'tcp prot 80': "));
  EXPECT_THAT(WhyNot("ip6 protochain 6"), testing::HasSubstr("loop"));
  std::string many = "port 1";
  for (int i = 2; i < 400; ++i) many += " or port " + std::to_string(2 * i);
  EXPECT_THAT(WhyNot(many), testing::HasSubstr("instructions, more than 512"));
}

// No server of names is asked, which might keep everybody waiting.
TEST(FrameChoice, NamesOfHostsAreNotLookedUpElsewhere) {
  EXPECT_THAT(WhyNot("host www.example.org"), testing::HasSubstr("www.example.org"));
}

}  // namespace
}  // namespace synsplice
