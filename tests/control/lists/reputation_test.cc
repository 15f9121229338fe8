#include "control/lists/reputation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/lists/list_check.h"
#include "control/lists/mmdb_file.h"
#include "control/temporary_folder.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::UnorderedElementsAre;

class Reputation : public testing::Test {
 protected:
  ListFile Read(const std::string& text, const ReputationConfig& of) {
    return ReadReputation(folder_.Write("db.mmdb", text), of);
  }
  static std::vector<std::string> Texts(const ListFile& file) {
    EXPECT_EQ(file.error, "");
    std::vector<std::string> texts;
    for (const Prefix& prefix : file.prefixes) texts.push_back(ToString(prefix));
    return texts;
  }
  static MmdbFile Asns() {
    MmdbFile file("Test-ASN");
    file.Add("198.18.0.0/16", MmdbFile::Asn(64500));
    file.Add("198.19.0.0/16", MmdbFile::Asn(64501));
    file.Add("198.51.100.7/32", MmdbFile::Asn(64500));
    file.Add("2001:db8::/32", MmdbFile::Asn(64500));
    file.Add("2001:db9::/33", MmdbFile::Asn(64502));
    return file;
  }

  TemporaryFolder folder_;
};

TEST_F(Reputation, NetworksOfAutonomousSystems) {
  EXPECT_THAT(Texts(Read(Asns().Text(), {{}, {64500}, {}})),
              UnorderedElementsAre("198.18.0.0/16", "198.51.100.7/32", "2001:db8::/32"));
  EXPECT_THAT(Texts(Read(Asns().Text(), {{}, {64501, 64502}, {}})),
              UnorderedElementsAre("198.19.0.0/16", "2001:db9::/33"));
  EXPECT_THAT(Texts(Read(Asns().Text(), {{}, {1}, {}})), UnorderedElementsAre());
}

TEST_F(Reputation, NetworksOfCountries) {
  MmdbFile file("Test-Country");
  file.Add("198.18.0.0/15", MmdbFile::Country("XX"));
  file.Add("203.0.113.0/24", MmdbFile::Country("YY"));
  EXPECT_THAT(Texts(Read(file.Text(), {{}, {}, {"YY", "ZZ"}})),
              UnorderedElementsAre("203.0.113.0/24"));
}

TEST_F(Reputation, OtherNamesOfIpv4AreLeftOut) {
  MmdbFile file = Asns();
  file.AddAlias("2002::/16");
  EXPECT_THAT(Texts(Read(file.Text(), {{}, {64501}, {}})), UnorderedElementsAre("198.19.0.0/16"));
}

TEST_F(Reputation, ADatabaseOfAnotherKindIsNamed) {
  EXPECT_EQ(Read(Asns().Text(), {{}, {}, {"XX"}}).error,
            "knows no countries: it is of another kind, 'Test-ASN'");
  MmdbFile file("Test-City");
  file.Add("198.18.0.0/15", MmdbFile::Country("XX"));
  EXPECT_THAT(Read(file.Text(), {{}, {64500}, {}}).error,
              HasSubstr("knows no autonomous systems: it is of another kind, 'Test-City'"));
}

TEST_F(Reputation, WhatIsNoDatabaseIsRefused) {
  EXPECT_THAT(Read("198.18.0.0/15\n", {{}, {64500}, {}}).error, HasSubstr("is no MaxMind DB"));
  EXPECT_THAT(ReadReputation("/nowhere", {}).error, HasSubstr("cannot be read"));
  EXPECT_THAT(ReadReputation("/", {}).error, HasSubstr("no regular file"));
}

TEST_F(Reputation, ATreeThatGoesRoundIsBroken) {
  MmdbFile file = Asns();
  file.MakeCircle();
  EXPECT_EQ(Read(file.Text(), {{}, {64500}, {}}).error, "is broken");
}

TEST_F(Reputation, ComesBesideTheFile) {
  Config config;
  ListConfig& list = config.lists.emplace_back();
  list.file = folder_.Write("list", "203.0.113.0/24\n");
  list.reputation = {folder_.Write("asn.mmdb", Asns().Text()), {64501}, {}};
  InFiles listed;
  EXPECT_TRUE(LoadLists(config, listed).empty());
  EXPECT_EQ(listed.at(0)->size(), 2u);
  list.reputation.asns.clear();
  EXPECT_THAT(LoadLists(config, listed).at(0).sentence, HasSubstr("neither asn nor country"));
}

}  // namespace
}  // namespace synsplice
