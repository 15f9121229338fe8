#include "admin/top_sources.h"

#include <gmock/gmock.h>

#include <string>

namespace synsplice {
namespace {

using testing::ElementsAre;

SourceRecord RecordOf(const char* source, uint32_t syns, uint32_t error, uint16_t service = 0) {
  return {*ParseAddress(source), service, syns, error};
}

// "198.18.0.1/32 of 0: 30 - 2"
std::vector<std::string> Texts(const std::vector<SourceList>& workers) {
  std::vector<std::string> texts;
  for (const SourceState& source : MergeSources(workers)) {
    texts.push_back(ToString(source.source) + " of " + std::to_string(source.service) + ": " +
                    std::to_string(source.syns) + " - " + std::to_string(source.error));
  }
  return texts;
}

TEST(TopSources, WorkersAreAddedUpTheMostCertainFirst) {
  EXPECT_THAT(Texts({{{RecordOf("198.18.0.1", 10000, 0), RecordOf("198.18.0.2", 50000, 20000)}, 0},
                     {{RecordOf("198.18.0.1", 30000, 1), RecordOf("2001:db8::", 5000, 0, 1)}, 0}}),
              ElementsAre("198.18.0.1/32 of 0: 40000 - 1", "198.18.0.2/32 of 0: 50000 - 20000",
                          "2001:db8::/64 of 1: 5000 - 0"));
}

TEST(TopSources, OfAWorkerThatDoesNotNameItASourceMayHaveTheFloor) {
  EXPECT_THAT(Texts({{{RecordOf("198.18.0.1", 10000, 0)}, 50}, {{}, 7}, {{}, 3}}),
              ElementsAre("198.18.0.1/32 of 0: 10010 - 10"));
}

// Forged sources come once each, in the place of others.
TEST(TopSources, WhatIsHardlyCertainIsNotTold) {
  EXPECT_THAT(Texts({{{RecordOf("198.18.0.1", 100000, 44000), RecordOf("198.18.0.2", 100000, 46000),
                       RecordOf("198.18.0.3", 0, 0)},
                      0}}),
              ElementsAre("198.18.0.1/32 of 0: 100000 - 44000"));
}

TEST(TopSources, WhatTheSampleMayHaveCaughtByChanceIsNotTold) {
  EXPECT_THAT(Texts({{{RecordOf("198.18.0.1", 4 * kOneLook, 0), RecordOf("198.18.0.2", kOneLook, 0),
                       RecordOf("198.18.0.3", 3 * kOneLook, 0)},
                      0}}),
              ElementsAre("198.18.0.1/32 of 0: 1024 - 0"));
}

TEST(TopSources, NoServiceKeepsOutAnother) {
  SourceList list;
  for (uint32_t i = 0; i < 2 * kMostSourcesOfService; ++i) {
    list.sources.push_back({Address::V4(0xc6120000 + i), 0, 5000, 0});
  }
  list.sources.push_back(RecordOf("198.19.0.1", 2000, 0, 1));
  const auto sources = MergeSources(std::vector{list});
  EXPECT_EQ(sources.size(), kMostSourcesOfService + 1);
  EXPECT_EQ(sources.back().service, 1);
}

}  // namespace
}  // namespace synsplice
