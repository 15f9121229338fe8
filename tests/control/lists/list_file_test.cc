#include "control/lists/list_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

std::vector<std::string> Texts(const ListFile& file) {
  std::vector<std::string> texts;
  for (const Prefix& prefix : file.prefixes) texts.push_back(ToString(prefix));
  return texts;
}

TEST(ListFile, OnePrefixOnALineWithComments) {
  const ListFile file = ParseList(
      "# a list\n"
      "; Spamhaus begins like this\n"
      "\n"
      "198.18.0.0/15 ; SBL1\r\n"
      "\t198.51.100.7   # alone\n"
      "2001:db8::/32\n"
      "2001:db8::1");
  EXPECT_EQ(file.error, "");
  EXPECT_THAT(Texts(file), testing::ElementsAre("198.18.0.0/15", "198.51.100.7/32", "2001:db8::/32",
                                                "2001:db8::1/128"));
}

TEST(ListFile, BitsBehindTheLengthAreCutOff) {
  EXPECT_THAT(Texts(ParseList("198.18.7.9/24")), testing::ElementsAre("198.18.7.0/24"));
}

TEST(ListFile, BrokenLinesAreNamed) {
  EXPECT_EQ(ParseList("198.18.0.0/33\n198.18.0.0/15\nexample.org\n").error,
            "no prefix, such as 198.18.0.0/15 or 2001:db8::1, stands in lines 1, 3");
  EXPECT_THAT(ParseList("1.2.3.4 5.6.7.8\n").error, HasSubstr("stands in line 1"));
}

TEST(ListFile, OfManyBrokenLinesTheFirstAreNamed) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "x\n";
  EXPECT_THAT(ParseList(text).error, HasSubstr("lines 1, 2, 3, 4, 5 and 995 more"));
}

TEST(ListFile, WhatIsNoRegularFileIsNotRead) {
  const TemporaryFolder folder;
  EXPECT_THAT(ReadListFile(folder.File("none")).error, HasSubstr("No such file"));
  EXPECT_THAT(ReadListFile(folder.File("")).error, HasSubstr("no regular file"));
  ASSERT_EQ(::mkfifo(folder.File("pipe").c_str(), 0600), 0);
  EXPECT_THAT(ReadListFile(folder.File("pipe")).error, HasSubstr("no regular file"));
}

TEST(ListFile, IsRead) {
  const TemporaryFolder folder;
  EXPECT_THAT(Texts(ReadListFile(folder.Write("drop", "198.18.0.1\n"))),
              testing::ElementsAre("198.18.0.1/32"));
}

}  // namespace
}  // namespace synsplice
