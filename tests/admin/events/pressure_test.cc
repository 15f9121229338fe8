#include "admin/events/pressure.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class PressureTest : public testing::Test {
 protected:
  // What a second brings: "type: what is in it".
  std::vector<std::string> Look() {
    std::vector<std::string> told;
    pressure_.Look(before_, now_, [&](const char* type, const JsonValue& more) {
      told.push_back(type + (": " + more.dump()));
    });
    before_ = now_;
    now_.taken += Seconds(1);
    return told;
  }
  uint64_t& wrong() { return now_.statistics.drops[static_cast<size_t>(Reason::kCookieWrong)]; }

  PressureTest() {
    now_.flows = {0, 100};
    before_.taken = now_.taken - Seconds(1);
  }
  Snapshot before_, now_;
  Pressure pressure_;
};

TEST_F(PressureTest, ATableIsToldWhenItIsFullAndWhenItIsCalm) {
  now_.flows.used = 89;
  EXPECT_THAT(Look(), IsEmpty());
  now_.flows.used = 90;
  EXPECT_THAT(Look(), ElementsAre("table: {\"table\":{\"name\":\"flow_table\",\"state\":\"full\","
                                  "\"used\":90,\"capacity\":100}}"));
  now_.flows.used = 75;
  EXPECT_THAT(Look(), IsEmpty());
  now_.flows.used = 74;
  EXPECT_THAT(Look(), ElementsAre("table: {\"table\":{\"name\":\"flow_table\",\"state\":\"calm\","
                                  "\"used\":74,\"capacity\":100}}"));
}

TEST_F(PressureTest, ManyDropsForOneReasonAreToldOnceInAMinute) {
  wrong() = 999;
  EXPECT_THAT(Look(), IsEmpty());
  for (int minute = 0; minute < 2; ++minute) {
    wrong() += 1000;
    EXPECT_THAT(Look(), ElementsAre("drop: {\"reason\":\"cookie_wrong\",\"drop\":{\"per_second\":"
                                    "1000,\"total\":" +
                                    std::to_string(wrong()) + "}}"));
    for (int second = 1; second < Pressure::kQuiet.count(); ++second) {
      wrong() += 5000;
      EXPECT_THAT(Look(), IsEmpty());
    }
  }
}

TEST_F(PressureTest, ATableThatIsNotThereIsNotFull) {
  now_.flows = {};
  EXPECT_THAT(Look(), IsEmpty());
}

}  // namespace
}  // namespace synsplice
