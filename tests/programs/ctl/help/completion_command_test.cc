#include "programs/ctl/help/completion_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "programs/ctl/help/command_tree.h"
#include "programs/ctl/help/why_command.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

// A flag, a value, a value with choices, a group of options, arguments, a subcommand of another.
class Tree : public testing::Test {
 protected:
  Tree() {
    app_.set_version_flag("--version", "1");
    CLI::App* show = app_.add_subcommand("show", "tell what there is");
    show->add_option("what", text_)->check(CLI::IsMember({"drops", "ports"}));
    show->add_option("-o,--output", text_, "it's the form")
        ->check(CLI::IsMember({"table", "json"}));
    show->add_flag("--all", flag_, "everything");
    show->add_option_group("source")->add_option("--socket", text_, "where");
    CLI::App* check = app_.add_subcommand("check", "judge");
    check->add_option("file", text_);
    check->add_subcommand("flow", "one")->add_flag("--now", flag_, "at once");
  }

  CLI::App app_{"", "program"};
  std::string text_;
  bool flag_ = false;
};

TEST_F(Tree, CommandsStandInFrontOfTheirSubcommands) {
  const std::vector<CommandWords> words = WordsOf(app_);
  ASSERT_THAT(words, SizeIs(4));
  EXPECT_THAT(words[0].path, IsEmpty());
  EXPECT_THAT(words[0].subcommands, ElementsAre("show", "check"));
  EXPECT_THAT(words[1].path, ElementsAre("show"));
  EXPECT_THAT(words[1].subcommands, IsEmpty());
  EXPECT_THAT(words[1].arguments, ElementsAre("drops", "ports"));
  EXPECT_THAT(words[2].arguments, IsEmpty());
  EXPECT_THAT(words[3].path, ElementsAre("check", "flow"));
}

TEST_F(Tree, OptionsOfGroupsBelongToTheirSubcommand) {
  const std::vector<OptionWords> options = WordsOf(app_)[1].options;
  ASSERT_THAT(options, SizeIs(4));
  EXPECT_THAT(options[0].names, ElementsAre("-h", "--help"));
  EXPECT_FALSE(options[0].takes_value);
  EXPECT_THAT(options[1].names, ElementsAre("-o", "--output"));
  EXPECT_THAT(options[1].choices, ElementsAre("table", "json"));
  EXPECT_TRUE(options[1].takes_value);
  EXPECT_FALSE(options[2].takes_value);
  EXPECT_THAT(options[3].names, ElementsAre("--socket"));
  EXPECT_THAT(options[3].choices, IsEmpty());
  EXPECT_TRUE(options[3].takes_value);
}

constexpr const char* kShowCases = R"(
    show/-o/* | show/--output/*) candidates="table json" ;;
    show/--socket/*) candidates="" ;;
    show/*/-*) candidates="-h --help -o --output --all --socket" ;;
    show/*) candidates="drops ports" ;;
    check/*/-*) candidates="-h --help" ;;
    check/*) candidates="flow" ;;
    check.flow/*/-*) candidates="-h --help --now" ;;
)";

constexpr const char* kRecognitions = R"(
    "check flow "*) command="check.flow" ;;
    "check "*) command="check" ;;
    "show "*) command="show" ;;
    " ") command="" ;;
)";

TEST_F(Tree, BashAndZshDecideAlike) {
  const std::string bash = CompletionScript(app_, "bash"), zsh = CompletionScript(app_, "zsh");
  for (const std::string& script : {bash, zsh}) {
    EXPECT_THAT(script, HasSubstr(kShowCases));
    EXPECT_THAT(script, HasSubstr(kRecognitions));
  }
  EXPECT_THAT(bash, HasSubstr("\ncomplete -o default -F _program program\n"));
  EXPECT_THAT(zsh, StartsWith("#compdef program\n"));
}

TEST_F(Tree, FishHasALineForEachOption) {
  const std::string fish = CompletionScript(app_, "fish");
  EXPECT_THAT(fish, HasSubstr(R"(
complete -c program -n '__fish_seen_subcommand_from show' -s o -l output -x -a 'table json' -d 'it\'s the form'
complete -c program -n '__fish_seen_subcommand_from show' -l all -d 'everything'
complete -c program -n '__fish_seen_subcommand_from show' -l socket -r -d 'where'
complete -c program -n '__fish_seen_subcommand_from show' -f -a 'drops ports'
complete -c program -n '__fish_use_subcommand' -f -a show -d 'tell what there is'
)"));
  EXPECT_THAT(fish, HasSubstr(R"(
complete -c program -n '__fish_seen_subcommand_from check; and __fish_seen_subcommand_from flow' -l now -d 'at once'
complete -c program -n '__fish_seen_subcommand_from check' -f -a flow -d 'one'
)"));
}

TEST_F(Tree, EveryNameOfWhyIsOffered) {
  WhyOptions options;
  AddWhyOptions(*app_.add_subcommand("why", "tell"), options);
  const CommandWords why = WordsOf(app_).back();
  EXPECT_THAT(why.arguments, testing::IsSupersetOf({"cookie_wrong", "multi_segment", "bridged"}));
  EXPECT_THAT(why.arguments, Not(testing::Contains("none")));
}

}  // namespace
}  // namespace synsplice
