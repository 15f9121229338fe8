#include "admin/risk_subjects.h"

#include <gtest/gtest.h>

#include "admin/example_snapshot.h"

namespace synsplice {
namespace {

TEST(RiskSubjects, WhatTheDetectorLooksAt) {
  Snapshot snapshot = ExampleSnapshot();
  uint64_t* events = snapshot.services[1].statistics.events.data();
  const auto count = [&](ServiceEvent event) -> uint64_t& {
    return events[static_cast<size_t>(event)];
  };
  count(ServiceEvent::kSyns) = 1300;
  count(ServiceEvent::kDownRejections) = 300;
  count(ServiceEvent::kCookiesValid) = 700;
  count(ServiceEvent::kConnlimitRejections) = 60;
  count(ServiceEvent::kAcceptLimitRejections) = 40;
  count(ServiceEvent::kConnectionsNoted) = 5;
  count(ServiceEvent::kConnectionsOpened) = 0;  // the backend is down
  snapshot.services[1].statistics.flows[static_cast<size_t>(Phase::kEstablished)] = 77;
  snapshot.services[1].detector = {{{500, 200, Seconds(3)}, 50}, 4000};
  const auto subjects = SubjectsOf(snapshot, [](uint16_t service, const Prefix& source) {
    EXPECT_LT(service, 2);
    return source.address == *ParseAddress("198.18.2.2") ? Tier::kAllow : Tier::kNone;
  });
  ASSERT_EQ(subjects.size(), 2u);
  EXPECT_EQ(subjects[0].name, "web");
  const Detector::Subject& ssh = subjects[1];
  EXPECT_EQ(ssh.number, 1u);
  EXPECT_EQ(ssh.settings.detector.least_syns, 50u);
  EXPECT_EQ(ssh.settings.default_syns, 4000u);
  EXPECT_EQ(ssh.sample.syns, 1000u) << "an outage is no attack";
  EXPECT_EQ(ssh.sample.completed, 605u) << "those whom a limit refuses are none";
  EXPECT_EQ(ssh.sample.connections, 77u);
  ASSERT_EQ(ssh.sample.sources.size(), 2u);
  EXPECT_EQ(ssh.sample.sources[0].syns, 8.9) << "certain ones, of ten seconds";
  EXPECT_EQ(ssh.sample.sources[1].tier, Tier::kAllow);
}

TEST(RiskSubjects, RemovedServicesAreNone) {
  Snapshot snapshot = ExampleSnapshot();
  snapshot.services[0].removed = true;
  const auto subjects = SubjectsOf(snapshot, [](uint16_t, const Prefix&) { return Tier::kNone; });
  ASSERT_EQ(subjects.size(), 1u);
  EXPECT_EQ(subjects[0].number, 1u);
}

}  // namespace
}  // namespace synsplice
