#include "detect/detector.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

constexpr Time kFirstLook = FromMilliseconds(1'700'006'400'000);

Detector::Subject Service(const char* name, size_t number, uint64_t syns) {
  return {number, name, {}, {syns, syns, 0, {}}};
}

TEST(Detector, KnowsServicesByTheirNames) {
  Detector detector;
  const Detector::Subject first[] = {Service("web", 0, 1000), Service("ssh", 1, 7)};
  detector.Look(kFirstLook, first);
  const Detector::Subject second[] = {Service("web", 0, 1500), Service("ssh", 1, 10)};
  detector.Look(kFirstLook + Seconds(1), second);
  const Detector::Subject third[] = {Service("web", 0, 1500), Service("ssh", 1, 10)};
  detector.Look(kFirstLook + Seconds(2), third);
  EXPECT_EQ(detector.Find("web")->second.syns, 500);
  EXPECT_EQ(detector.Find("ssh")->second.syns, 3);
  EXPECT_EQ(detector.Find("www"), nullptr);
}

TEST(Detector, SumsOfAnotherNumberBeginAnew) {
  Detector detector;
  uint64_t syns = 1000;
  for (size_t number : {0u, 5u, 5u, 5u}) {
    const Detector::Subject subject[] = {Service("web", number, number == 0 ? 1 : syns += 100)};
    detector.Look(kFirstLook + Seconds(syns), subject);
  }
  EXPECT_LE(detector.Find("web")->second.syns, 1.01);
}

TEST(Detector, WhatIsNotThereIsKeptForAWeek) {
  Baselines learned;
  learned["gone"].learned_at = ToSecond(kFirstLook);
  Detector detector(learned);
  detector.Look(kFirstLook + Seconds(1), {});
  EXPECT_EQ(detector.Find("gone"), nullptr);
  EXPECT_TRUE(detector.baselines().contains("gone"));
  detector.Look(kFirstLook + Detector::kRemembers + Seconds(1), {});
  EXPECT_FALSE(detector.baselines().contains("gone"));
}

TEST(Detector, HasABound) {
  Baselines learned;
  for (size_t i = 0; i < Detector::kMost + 10; ++i) {
    learned[std::to_string(i)].learned_at = ToSecond(kFirstLook);
  }
  Detector detector(learned);
  const Detector::Subject subject[] = {Service("web", 0, 1)};
  detector.Look(kFirstLook, subject);
  EXPECT_EQ(detector.baselines().size(), Detector::kMost);
  EXPECT_NE(detector.Find("web"), nullptr);
}

}  // namespace
}  // namespace synsplice
