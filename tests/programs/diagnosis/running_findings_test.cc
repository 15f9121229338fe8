#include "programs/diagnosis/running_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/diagnosis/metrics_text.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

ApplianceAnswers Healthy() {
  const auto parsed = [](const char* text) { return nlohmann::json::parse(text); };
  return {parsed(R"({"flows":{"used":80,"capacity":100},"handshakes":{"used":0,"capacity":10},
                     "connlimit_places":{"used":1,"capacity":10}})"),
          parsed(R"([{"port":"outside","device":"net_af_xdp0,iface=eth1","up":true,"missed":0},
                     {"port":"inside","device":"0000:03:00.1","up":true,"missed":0}])"),
          parsed(R"([{"worker":0,"busy":0.5,"heartbeat_age_ms":5000}])"),
          parsed(R"([{"backend":"198.18.0.21:80","up":true}])"),
          parsed(R"([{"reason":"bad_tcp_checksum","frames":0},
                     {"reason":"cookie_wrong","frames":70000},
                     {"reason":"no_such_reason","frames":1}])"),
          0};
}

Findings Troubles(const ApplianceAnswers& answers) {
  Findings troubles;
  for (const Finding& finding : JudgeAppliance(answers)) {
    if (finding.level != Finding::Level::kGood) troubles.push_back(finding);
  }
  return troubles;
}

// The only trouble.
Finding Trouble(const ApplianceAnswers& answers) {
  const Findings troubles = Troubles(answers);
  EXPECT_THAT(troubles, SizeIs(1));
  return troubles.empty() ? Finding{} : troubles[0];
}

TEST(JudgeAppliance, EachPartThatIsWellIsOneFinding) {
  std::vector<std::string> parts;
  for (const Finding& finding : JudgeAppliance(Healthy())) {
    EXPECT_EQ(finding.level, Finding::Level::kGood) << finding.sentence;
    EXPECT_EQ(finding.remedy, "");
    parts.push_back(finding.about);
  }
  EXPECT_THAT(parts, ElementsAre("ports", "workers", "backends", "tables", "drops", "events"));
}

TEST(JudgeAppliance, Ports) {
  for (const auto& [index, remedy] :
       {std::pair{0, "ip link set eth1 up"}, {1, "journalctl -u synsplice -n 50"}}) {
    ApplianceAnswers answers = Healthy();
    answers.ports[index]["up"] = false;
    EXPECT_EQ(Trouble(answers).level, Finding::Level::kWrong);
    EXPECT_EQ(Trouble(answers).remedy, remedy);
  }
  ApplianceAnswers answers = Healthy();
  answers.ports[0]["missed"] = 7;
  EXPECT_EQ(Trouble(answers).level, Finding::Level::kHint);
  EXPECT_THAT(Trouble(answers).sentence, HasSubstr("outside has missed 7 frames"));
}

TEST(JudgeAppliance, Workers) {
  ApplianceAnswers answers = Healthy();
  answers.workers[0]["busy"] = 0.95;
  EXPECT_THAT(Trouble(answers).sentence, HasSubstr("worker 0 is busy for 95 % of the time"));
  answers.workers[0]["heartbeat_age_ms"] = 5001;
  EXPECT_EQ(Trouble(answers).level, Finding::Level::kWrong);
  EXPECT_EQ(Trouble(answers).remedy, "systemctl restart synsplice");
}

TEST(JudgeAppliance, BackendsAndTables) {
  ApplianceAnswers answers = Healthy();
  answers.backends[0]["up"] = false;
  EXPECT_EQ(Trouble(answers).sentence, "198.18.0.21:80 is down");
  answers = Healthy();
  answers.status["flows"]["used"] = 81;
  EXPECT_EQ(Trouble(answers).sentence, "81 of 100 flows are in use: raise flow_table.entries");
}

TEST(JudgeAppliance, DropsThatAMachineIsToBlameFor) {
  ApplianceAnswers answers = Healthy();
  answers.drops[0]["frames"] = 3;
  EXPECT_EQ(Trouble(answers).level, Finding::Level::kHint);
  EXPECT_THAT(Trouble(answers).sentence, HasSubstr("3 bad_tcp_checksum, TCP checksum wrong"));
  EXPECT_EQ(Trouble(answers).remedy, "ethtool -K DEVICE tx off");
  answers.drops[0]["reason"] = "no_backend";
  EXPECT_EQ(Trouble(answers).remedy, "synsplicectl why no_backend");
}

TEST(JudgeAppliance, Events) {
  ApplianceAnswers answers = Healthy();
  answers.events_lost = 2;
  EXPECT_EQ(Trouble(answers).sentence, "an output of events did not take 2 of them");
}

TEST(JudgeAppliance, AnswersThatDoNotCome) {
  const Findings troubles = Troubles({});
  EXPECT_THAT(troubles, SizeIs(5));
  for (const Finding& trouble : troubles) EXPECT_EQ(trouble.level, Finding::Level::kWrong);
}

TEST(MetricOf, IsTheValueOfItsOwnLine) {
  const char* text = "# HELP a b\na 1\nab 2.5\nb{c=\"d\"} 3\n";
  EXPECT_EQ(MetricOf(text, "a"), 1);
  EXPECT_EQ(MetricOf(text, "ab"), 2.5);
  EXPECT_EQ(MetricOf(text, "b"), 0);
}

}  // namespace
}  // namespace synsplice
