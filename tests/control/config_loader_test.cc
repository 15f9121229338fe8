// Bad files: what the operator reads, letter by letter.
#include "control/config_loader.h"

#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

using namespace std::string_view_literals;

struct Bad {
  std::string_view what;
  std::string_view text;
  std::string_view expected;
};

class BadFile : public testing::TestWithParam<Bad> {};

TEST_P(BadFile, IsExplained) { EXPECT_EQ(Complaints(GetParam().text), GetParam().expected); }

std::string NameOf(const testing::TestParamInfo<Bad>& info) { return std::string(info.param.what); }

const Bad kSyntax[] = {
    {"Empty", "", R"(test.yaml:1:1: the file is empty

^
)"},
    {"CommentsOnly", "# nothing here\n", R"(test.yaml:1:1: the file is empty
# nothing here
^
)"},
    {"List", "- ports\n", R"(test.yaml:1:1: the file is a list, must be a map (key: value)
- ports
^
)"},
    {"OpenBracket", "services: [\nworkers: 1\n",
     R"(test.yaml:2:11: YAML syntax: end of sequence flow not found
workers: 1
          ^
)"},
    // yaml-cpp alone takes the end of the file for the closing quote.
    {"OpenQuote", "workers: 1\ncookie: {secret_file: \"/etc/secret}\n",
     R"(test.yaml:2:36: YAML syntax: a quote is not closed
cookie: {secret_file: "/etc/secret}
                                   ^
)"},
    {"Tab", "ports:\n\tmtu: 1500\n",
     "test.yaml:2:5: YAML syntax: illegal map value\n"
     "\tmtu: 1500\n"
     "\t   ^\n"},
    {"UnknownAlias", "workers: *many\n",
     R"(test.yaml:1:10: YAML syntax: the referenced anchor is not defined
workers: *many
         ^
)"},
    // yaml-cpp takes this byte for the end of the file.
    {"ControlCharacter", "workers: 1\n\x04services: oops\n",
     R"(test.yaml:2:1: not a text: control character 0x04
\x04services: oops
^
)"},
    {"Utf16", "w\0o\0"sv, "test.yaml:1:2: not a text: control character 0x00\nw\\x00o\\x00\n ^\n"},
    {"Latin1", "# caf\xe9\n", R"(test.yaml:1:6: not a text: no UTF-8, byte 0xe9
# caf\xe9
     ^
)"},
    // Control characters that the file spells: a terminal would obey them.
    {"EscapedControlCharacters", R"("\e[2J\x9b": 1)",
     R"(test.yaml:1:1: \x1b[2J\xc2\x9b: unknown key, known here: ports, workers, idle, memory, statistics, events, state, admin, cookie, flow_table, connlimit_table, reflection, handshake, timeouts, lists, services, policy
"\e[2J\x9b": 1
^
)"},
    {"SecondDocument", "workers: 1\n---\nworkers: 2\n",
     R"(test.yaml:2:1: YAML: not part of the first document, allowed: one document
---
^
)"},
    // yaml-cpp's LoadAll does not return from this.
    {"CommaFirst", ", workers: 1\n",
     R"(test.yaml:1:1: YAML: not part of the first document, allowed: one document
, workers: 1
^
)"},
    {"AliasOfItself", "services: &all [*all]\n",
     R"(test.yaml:1:17: YAML: an alias inside what it stands for
services: &all [*all]
                ^
)"},
};
INSTANTIATE_TEST_SUITE_P(Syntax, BadFile, testing::ValuesIn(kSyntax), NameOf);

const Bad kKeys[] = {
    {"Misspelt", "ports:\n  queus: 1\n",
     R"(test.yaml:2:3: ports.queus: unknown key, did you mean 'queues'?
  queus: 1
  ^
)"},
    {"Unknown", "memory: {colour: 1}\n",
     R"(test.yaml:1:10: memory.colour: unknown key, known here: huge_pages, mbufs, mbuf_data_room
memory: {colour: 1}
         ^
)"},
    {"Duplicate", "workers: 1\nports: {mtu: 1400}\nworkers: 2\n",
     R"(test.yaml:3:1: workers: duplicate key, first given in line 1
workers: 2
^
)"},
    {"MissingNameAndListen", "services:\n  - direct: drop\n",
     R"(test.yaml:2:5: services[0]: required key 'name' is missing
  - direct: drop
    ^
test.yaml:2:5: services[0]: required key 'listen' is missing
  - direct: drop
    ^
)"},
    {"MisspeltAndRequired", "services:\n  - {nmae: web, listen: [\"198.18.0.1:80\"]}\n",
     R"(test.yaml:2:6: services[0].nmae: unknown key, did you mean 'name'?
  - {nmae: web, listen: ["198.18.0.1:80"]}
     ^
)"},
    {"MisspeltAndCorrected", "services:\n- {nmae: a, name: b, listen: [\"198.18.0.1:80\"]}\n",
     R"(test.yaml:2:4: services[0].nmae: unknown key, did you mean 'name'?
- {nmae: a, name: b, listen: ["198.18.0.1:80"]}
   ^
)"},
    {"MissingAddress",
     "services:\n- {name: a, listen: [\"[::2]:80\"], backends: [{mac: \"02:00:00:00:00:01\"}]}\n",
     R"(test.yaml:2:46: services[0].backends[0]: required key 'address' is missing
- {name: a, listen: ["[::2]:80"], backends: [{mac: "02:00:00:00:00:01"}]}
                                             ^
)"},
    {"KeyIsAList", "? [workers]\n: 1\n", R"(test.yaml:1:3: a key must be a single word
? [workers]
  ^
)"},
    {"MergeKey", "timeouts:\n  <<: {closing: 8s}\n",
     R"(test.yaml:2:3: timeouts.<<: unknown key, known here: established, client_closed, server_closed, closing, time_wait, closed, refused, evictable_idle, evictable_wait
  <<: {closing: 8s}
  ^
)"},
    // A letter of two bytes stands left of the caret.
    {"CaretBehindUtf8", "cookie: {secret_file: /sécret, epoch: 1s}\n",
     R"(test.yaml:1:40: cookie.epoch: 1s is out of range, allowed: 4s to 10min
cookie: {secret_file: /sécret, epoch: 1s}
                                      ^
)"},
};
INSTANTIATE_TEST_SUITE_P(Keys, BadFile, testing::ValuesIn(kKeys), NameOf);

const Bad kKinds[] = {
    {"MapExpected", "ports: [1500]\n",
     R"(test.yaml:1:8: ports: is a list, must be a map (key: value)
ports: [1500]
       ^
)"},
    {"ListExpected", "services:\n  name: web\n",
     R"(test.yaml:2:3: services: is a map (key: value), must be a list
  name: web
  ^
)"},
    {"ScalarExpected", "ports: {outside: {device: {pci: 1}}}\n",
     R"(test.yaml:1:27: ports.outside.device: is a map (key: value), must be a single value
ports: {outside: {device: {pci: 1}}}
                          ^
)"},
    {"NoValue", "ports:\nworkers: 1\n",
     R"(test.yaml:1:1: ports: has no value, must be a map (key: value)
ports:
^
)"},
    {"NoItem", "services:\n  -\n",
     R"(test.yaml:2:3: services[0]: has no value, must be a map (key: value)
  -
  ^
)"},
};
INSTANTIATE_TEST_SUITE_P(Kinds, BadFile, testing::ValuesIn(kKinds), NameOf);

TEST(LoadConfig, ReportsEveryMistakeInTheOrderOfTheFile) {
  EXPECT_EQ(Complaints(R"(services:
  - name: web
    listen: [198.18.0.10]
ports:
  mtu: 9217
workers: 0
)"),
            R"(test.yaml:3:14: services[0].listen[0]: '198.18.0.10' is not address:port: has no port
    listen: [198.18.0.10]
             ^
test.yaml:5:8: ports.mtu: 9217 is out of range, allowed: 68 to 9216
  mtu: 9217
       ^
test.yaml:6:10: workers: 0 is out of range, allowed: 1 to 16
workers: 0
         ^
)");
}

TEST(LoadConfig, ShowsTheFirstTwentyMistakesAndTheirNumber) {
  std::string text = "services: [";
  for (int i = 0; i < 500; ++i) text += "{name: a/b, listen: [\"198.18.0.1:80\"]},\n";
  const LoadedConfig loaded = LoadText(text + "]");
  EXPECT_EQ(loaded.mistakes, 500u);
  ASSERT_EQ(loaded.diagnostics.size(), 20u);
  EXPECT_EQ(loaded.diagnostics.front().line, 1);
  EXPECT_EQ(loaded.diagnostics.back().line, 20);
  const std::string rendered = Render(loaded);
  EXPECT_TRUE(rendered.ends_with("\ntest.yaml: 500 mistakes, these are the first 20\n"))
      << rendered;
}

TEST(LoadConfig, LongLinesAndValuesAreCut) {
  const std::string complaints = Complaints("workers: " + std::string(100'000, 'x'));
  EXPECT_EQ(complaints, "test.yaml:1:10: workers: '" + std::string(64, 'x') +
                            "...' is not a whole number, allowed: 1 to 16\nworkers: " +
                            std::string(80, 'x') + "...\n         ^\n");
}

TEST(LoadConfig, FileThatCannotBeRead) {
  const LoadedConfig loaded = LoadConfig("/nonexistent/synsplice.yaml");
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(Render(loaded.diagnostics[0]),
            "/nonexistent/synsplice.yaml: cannot be read: No such file or directory");
}

TEST(LoadConfig, FolderInsteadOfAFile) {
  const TemporaryFolder folder;
  const LoadedConfig loaded = LoadConfig(folder.File(""));
  ASSERT_EQ(loaded.diagnostics.size(), 1u);
  EXPECT_EQ(Render(loaded), folder.File("") +
                                ": is a folder, must be a regular file, or - for "
                                "standard input\n");
}

}  // namespace
}  // namespace synsplice
