#include "control/lists/list_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/lists/list_file.h"
#include "control/load_text.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

constexpr const char* kService = "services: [{{name: web, listen: ['198.18.0.10:80']{}}}]\n";

std::string ComplaintsOf(std::string_view lists, std::string_view service = "") {
  return Complaints(fmt::format("lists: [{}]\n", lists) +
                    fmt::format(fmt::runtime(kService), service));
}

TEST(ListCheck, GoodOnes) {
  EXPECT_EQ(ComplaintsOf("{name: a}, {name: b, tier: allow}"), "");
  EXPECT_EQ(ComplaintsOf("{name: a}", ", lists: [a]"), "");
  EXPECT_EQ(ComplaintsOf("{name: a}", ", lists: []"), "");
  EXPECT_EQ(ComplaintsOf("{name: a}", ", connlimit: {above: 5, overload: a, ban_time: 1h}"), "");
}

TEST(ListCheck, Names) {
  EXPECT_THAT(ComplaintsOf("{name: a}, {name: a}"),
              HasSubstr("lists[1].name: 'a' is the name of another list already"));
  EXPECT_THAT(ComplaintsOf("{name: a}", ", lists: [b]"),
              HasSubstr("services[0].lists[0]: there is no list 'b'"));
}

TEST(ListCheck, OverloadInVain) {
  const std::string key = "services[0].connlimit.overload: ";
  EXPECT_THAT(ComplaintsOf("{name: a}", ", connlimit: {above: 5, overload: b}"),
              HasSubstr(key + "there is no list 'b'"));
  EXPECT_THAT(ComplaintsOf("{name: a, tier: allow}", ", connlimit: {above: 5, overload: a}"),
              HasSubstr(key + "who is on 'a' (tier: allow) would have no limit any more"));
  EXPECT_THAT(ComplaintsOf("{name: a}", ", connlimit: {overload: a}"),
              HasSubstr(key + "needs connlimit.above"));
  EXPECT_THAT(ComplaintsOf("{name: a}", ", lists: [], connlimit: {above: 5, overload: a}"),
              HasSubstr(key + "the service does not look at 'a'"));
}

TEST(ListCheck, OverloadByRate) {
  const std::string key = "services[0].accept_limit_per_source.overload: ";
  const std::string service = ", accept_limit_per_source: {rate: 5/s, overload: a}";
  EXPECT_EQ(ComplaintsOf("{name: a}", service), "");
  EXPECT_THAT(ComplaintsOf("{name: b}", service), HasSubstr(key + "there is no list 'a'"));
  EXPECT_THAT(ComplaintsOf("{name: a, tier: allow}", service),
              HasSubstr(key + "who is on 'a' (tier: allow)"));
  EXPECT_THAT(ComplaintsOf("{name: a}", ", lists: []" + service),
              HasSubstr(key + "the service does not look at 'a'"));
}

TEST(ListCheck, FilesAreRead) {
  const TemporaryFolder folder;
  const auto file = [&](std::string_view text) {
    return ComplaintsOf(fmt::format("{{name: a, file: {}}}", folder.Write("list", text)));
  };
  EXPECT_EQ(file("198.51.100.0/24\n2001:db8::/32\n"), "");
  EXPECT_THAT(file("x\n"), HasSubstr("stands in line 1"));
  EXPECT_THAT(file("2001:db8::/32\n2001:db8:1::/48\n"),
              HasSubstr("lists[0].file: all 2 prefixes are IPv6, and no service that looks at 'a' "
                        "listens on such an address"));
  EXPECT_THAT(ComplaintsOf("{name: a, file: /nowhere}"), HasSubstr("'/nowhere': cannot be read"));
}

TEST(ListCheck, AMillionOfAllFilesAreTaken) {
  const TemporaryFolder folder;
  std::string text;
  for (size_t i = 0; i < kMostPrefixes / 2 + 1; ++i) text += "198.51.100.7\n";
  const std::string path = folder.Write("list", text);
  EXPECT_THAT(ComplaintsOf(fmt::format("{{name: a, file: {0}}}, {{name: b, file: {0}}}", path)),
              HasSubstr("their files have more than the 1048576 prefixes that are taken"));
}

}  // namespace
}  // namespace synsplice
