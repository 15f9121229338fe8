#include "programs/ctl/help/why_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "synsplice/base/counters.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

void ExpectFits80Columns(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

TEST(Why, AReasonHasARemedy) {
  EXPECT_EQ(WhyText("neighbour_unknown"),
            "neighbour_unknown (a reason to drop a frame)\n"
            "  means:  the backend's MAC address is not known\n"
            "  remedy: the backend must be in a network behind the inside port; behind a\n"
            "          router give services[].backends its mac\n");
}

TEST(Why, AnEventHasAMeaningOnly) {
  EXPECT_EQ(WhyText("backend_silent"),
            "backend_silent (an event, no drop)\n"
            "  means:  backends that did not answer in time\n");
}

TEST(Why, ATypeOfEventIsToldBesideTheReasonOfItsName) {
  EXPECT_EQ(WhyText("attack_end"),
            "attack_end (a type of `synsplicectl events`)\n"
            "  means:  the attack is over: how long it took, how high it rose\n");
  EXPECT_THAT(WhyText("connlimit"), StartsWith("connlimit (a reason to drop a frame)\n"));
  EXPECT_THAT(WhyText("connlimit"), HasSubstr("\nconnlimit (a type of `synsplicectl events`)\n"));
}

TEST(Why, WithoutANameEveryOneHasALine) {
  const std::string text = WhyText("");
  EXPECT_THAT(text, StartsWith("Reasons to drop a frame:\n  too_many_tags            a service"));
  EXPECT_THAT(text, HasSubstr("IPv4 header length is wrong, or IPv6 with an...\n"));
  EXPECT_THAT(text, Not(HasSubstr("not dropped")));
  ExpectFits80Columns(text);
  for (size_t i = 1; i < kReasonCount; ++i) {
    EXPECT_THAT(text, HasSubstr("\n  " + std::string(kReasonLabels[i]) + " "));
  }
  for (const auto label : kEventLabels) {
    EXPECT_THAT(text, HasSubstr("\n  " + std::string(label) + " "));
  }
}

TEST(Why, EveryReasonIsToldWholeWithinALine) {
  for (size_t i = 1; i < kReasonCount; ++i) {
    const std::string text = WhyText(kReasonLabels[i]);
    ExpectFits80Columns(text);
    EXPECT_THAT(text, HasSubstr("\n  remedy: "));
    EXPECT_FALSE(kReasonRemedies[i].ends_with('.')) << kReasonLabels[i];
  }
}

std::string MistakeOf(const std::string& name) {
  CLI::App app("", "why");
  WhyOptions options;
  AddWhyOptions(app, options);
  try {
    app.parse(name);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

TEST(Why, AnUnknownNameIsToldWithTheNearest) {
  EXPECT_EQ(MistakeOf("cookie_wrnog"),
            "name: 'cookie_wrnog' is no reason and no event (did you mean 'cookie_wrong'?)");
  EXPECT_EQ(MistakeOf("weather"),
            "name: 'weather' is no reason and no event (`synsplicectl why` lists all)");
  EXPECT_EQ(MistakeOf("none"),
            "name: 'none' is no reason and no event (`synsplicectl why` lists all)");
  EXPECT_EQ(MistakeOf("connlimit"), "");
}

}  // namespace
}  // namespace synsplice
