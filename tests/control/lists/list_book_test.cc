#include "control/lists/list_book.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "control/appliance_config.h"
#include "control/lists/list_text.h"

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time kNow = FromMilliseconds(1700000000000);
const Prefix kNetwork = *ParsePrefix("198.18.7.0/24"), kHost = *ParsePrefix("198.18.7.9/32");

ApplianceConfig Configured(std::vector<ListConfig> lists, std::vector<Prefix> in_file = {}) {
  ApplianceConfig config;
  ServiceConfig& service = config.core.services.emplace_back();
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80")};
  service.connlimit.above = 5;
  service.connlimit.overload = "bad";
  service.connlimit.ban_time = Seconds(60);
  service.connlimit.prefix_length_v4 = 24;
  config.core.lists = std::move(lists);
  for (size_t i = 0; i < config.core.lists.size(); ++i) {
    config.listed.push_back(std::make_shared<const Prefixes>(i == 0 ? in_file : Prefixes()));
  }
  return config;
}

class ListBookTest : public testing::Test {
 protected:
  ListBookTest() { Adopt(Configured({{"bad", Tier::kBlock, "f"}, {"good", Tier::kAllow, ""}})); }

  void Adopt(const ApplianceConfig& config) {
    policy_ = policy_ ? std::make_unique<Policy>(config.core, *policy_)
                      : std::make_unique<Policy>(config.core);
    book_.Adopt(config.listed, *policy_);
  }
  std::vector<ListBook::Expired> Expire(Time now, bool attacked = false) {
    return book_.Expire(now, [=](const std::string&) { return attacked; });
  }
  Tier TierOf(const char* address) {
    if (auto change = book_.Build()) latest_ = change->table;
    return latest_.Find(*ParseAddress(address), ~ListMask{0}).tier;
  }

  std::unique_ptr<Policy> policy_;
  std::optional<ListBook::Ban> Ban(const Address& client, Time now = kNow) {
    return book_.BanClient({0, ListBook::Limit::kConnlimit, client}, now);
  }

  ListBook book_;
  ListTable latest_;
};

TEST_F(ListBookTest, AnEntryIsPublishedAndTakenOff) {
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kNone);
  EXPECT_EQ(book_.Add("bad", kHost, {}), "");
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kBlock);
  EXPECT_FALSE(book_.Build());
  EXPECT_EQ(book_.Remove("bad", kHost), "");
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kNone);
}

TEST_F(ListBookTest, ItSaysWhenNewClientsMayBeBlocked) {
  (void)book_.Build();
  book_.Add("good", kHost, {});
  EXPECT_FALSE(book_.Build()->may_block);
  book_.Add("bad", kHost, {});
  EXPECT_TRUE(book_.Build()->may_block);
  book_.Remove("bad", kHost);
  EXPECT_FALSE(book_.Build()->may_block);
}

// As many lists alternate in as many ways as there are orders.
ApplianceConfig Refused() {
  std::vector<ListConfig> lists;
  for (int i = 0; i < 40; ++i)
    lists.push_back({i == 0 ? "bad" : fmt::format("l{}", i), Tier::kBlock, "f"});
  ApplianceConfig config = Configured(lists);
  std::vector<Prefixes> in_files(lists.size());
  std::mt19937 random(1);
  for (int chain = 0; chain < 20000; ++chain) {
    const Address address = Address::V4(random());
    for (uint8_t length = 17; length <= 32; ++length) {
      in_files[random() % lists.size()].push_back({Mask(address, length), length});
    }
  }
  for (size_t i = 0; i < lists.size(); ++i) {
    config.listed[i] = std::make_shared<const Prefixes>(std::move(in_files[i]));
  }
  return config;
}

TEST_F(ListBookTest, FilesThatAreRefusedAreNotThoseOfTheTableUntilOthersCome) {
  EXPECT_FALSE(book_.Build()->has_old_files);
  Adopt(Refused());
  const auto refused = book_.Build();
  EXPECT_THAT(refused->error, HasSubstr("the files of lists overlap in too many ways"));
  EXPECT_TRUE(refused->has_old_files);
  book_.Add("bad", kHost, {});
  const auto added = book_.Build();
  EXPECT_EQ(added->error, "");
  EXPECT_TRUE(added->has_old_files);
  Adopt(Configured({{"bad", Tier::kBlock, "f"}}));
  EXPECT_FALSE(book_.Build()->has_old_files);
}

TEST_F(ListBookTest, WhatIsNotThereIsSaid) {
  EXPECT_THAT(book_.Add("none", kHost, {}), HasSubstr("there is no list 'none'"));
  EXPECT_THAT(book_.Remove("bad", kHost), HasSubstr("has no entry 198.18.7.9/32"));
  EXPECT_FALSE(book_.Entries("none", {}, 10));
}

TEST_F(ListBookTest, EntriesHaveABound) {
  for (uint32_t i = 0; i < ListBook::kMostEntries; ++i) {
    ASSERT_EQ(book_.Add("bad", {Address::V4(0x0b000000 + i), 32}, {}), "");
  }
  EXPECT_THAT(book_.Add("bad", kHost, {}), HasSubstr("no more are taken"));
  EXPECT_FALSE(Ban(kHost.address));
  size_t removed = 0;
  EXPECT_EQ(book_.Flush("bad", removed), "");
  EXPECT_EQ(removed, size_t{ListBook::kMostEntries});
  EXPECT_EQ(book_.Add("bad", kHost, {}), "");
}

TEST_F(ListBookTest, BansLeaveRoomToOperators) {
  const auto ban = [this](uint32_t i) { return Ban(Address::V4(0x0b000000 + (i << 8))); };
  for (uint32_t i = 0; i < ListBook::kMostBans; ++i) ASSERT_TRUE(ban(i));
  EXPECT_FALSE(Ban(kHost.address));
  EXPECT_EQ(book_.bans_refused(), 1u);
  EXPECT_EQ(book_.Add("bad", kHost, {}), "");
  EXPECT_EQ(book_.Remove("bad", {Address::V4(0x0b000000), 24}), "");
  EXPECT_TRUE(Ban(kHost.address));
  EXPECT_FALSE(ban(0));
  EXPECT_EQ(Expire(kNow + Seconds(60)).size(), size_t{ListBook::kMostBans});
  EXPECT_TRUE(ban(0));
  EXPECT_EQ(book_.bans_refused(), 2u);
}

TEST_F(ListBookTest, AnEntryEndsWithItsTime) {
  book_.Add("bad", kHost, {kNow + Seconds(10), ""});
  EXPECT_THAT(Expire(kNow + Seconds(9)), IsEmpty());
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kBlock);
  EXPECT_EQ(Expire(kNow + Seconds(10)).size(), 1u);
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kNone);
}

// Of a service's limit the network counts.
TEST_F(ListBookTest, WhoIsOverTheLimitIsBannedForItsTime) {
  const auto ban = Ban(kHost.address);
  ASSERT_TRUE(ban);
  EXPECT_EQ(ban->prefix, kNetwork);
  EXPECT_EQ(ban->entry.banned_by, "web");
  EXPECT_EQ(TierOf("198.18.7.1"), Tier::kBlock);
  EXPECT_THAT(Expire(kNow + Seconds(59)), IsEmpty());
  EXPECT_EQ(Expire(kNow + Seconds(60)).size(), 1u);
}

// Each limit has a list and networks of its own.
TEST_F(ListBookTest, WhoOpensTooFastIsBannedByThatLimit) {
  ApplianceConfig config = Configured({{"bad", Tier::kBlock, "f"}, {"fast", Tier::kBlock, ""}});
  config.core.services[0].accept_limit_per_source.overload = "fast";
  config.core.services[0].accept_limit_per_source.ban_time = Seconds(5);
  Adopt(config);
  const auto ban = book_.BanClient({0, ListBook::Limit::kAccepts, kHost.address}, kNow);
  ASSERT_TRUE(ban);
  EXPECT_EQ(ban->list, "fast");
  EXPECT_EQ(ban->prefix, kHost);
  EXPECT_EQ(Expire(kNow + Seconds(5)).size(), 1u);
}

TEST_F(ListBookTest, ABanIsNotLiftedDuringAnAttack) {
  Ban(kHost.address);
  book_.Add("bad", kHost, {kNow + Seconds(1), ""});
  EXPECT_EQ(Expire(kNow + Seconds(100), true).size(), 1u);  // the operator's own
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kBlock);
  EXPECT_EQ(Expire(kNow + Seconds(101), false).size(), 1u);
}

TEST_F(ListBookTest, WhoIsBannedAgainIsSoForLonger) {
  Ban(kHost.address);
  EXPECT_TRUE(book_.TakeUnsaved());
  EXPECT_FALSE(book_.TakeUnsaved());
  EXPECT_FALSE(Ban(kHost.address, kNow + Seconds(30)));
  EXPECT_TRUE(book_.TakeUnsaved());
  EXPECT_THAT(Expire(kNow + Seconds(61)), IsEmpty());
}

TEST_F(ListBookTest, ABanDoesNotShortenWhatAnOperatorSays) {
  book_.Add("bad", kNetwork, {});
  EXPECT_FALSE(Ban(kHost.address));
  EXPECT_THAT(Expire(kNow + Seconds(1000)), IsEmpty());
}

TEST_F(ListBookTest, EntriesStayWithTheirListOverAReload) {
  book_.Add("bad", kHost, {});
  book_.Add("good", kNetwork, {});
  Adopt(Configured({{"bad", Tier::kLog, "f"}}, {*ParsePrefix("198.18.9.0/24")}));
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kLog);
  EXPECT_EQ(TierOf("198.18.7.1"), Tier::kNone);
  EXPECT_EQ(TierOf("198.18.9.1"), Tier::kLog);
}

TEST_F(ListBookTest, EntriesComeBackWithTheirList) {
  book_.Add("good", kNetwork, {});
  const std::string text = TextOfEntries(book_);
  Adopt(Configured({{"bad", Tier::kLog, "f"}}));
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kNone);
  EXPECT_EQ(TextOfEntries(book_), text);
  Adopt(Configured({{"bad", Tier::kLog, "f"}, {"good", Tier::kAllow, ""}}));
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kAllow);
  EXPECT_EQ(TextOfEntries(book_), text);
}

TEST_F(ListBookTest, AModeMayMakeAListBlock) {
  const ApplianceConfig config = Configured({{"bad", Tier::kBlock, "f"}});
  Adopt(config);
  (void)book_.Build();
  Adopt(config);
  const auto change = book_.Build();
  ASSERT_TRUE(change);
  EXPECT_TRUE(change->may_block);
}

TEST_F(ListBookTest, WhatWasNotPublishedComesAgain) {
  EXPECT_TRUE(book_.Build());
  EXPECT_FALSE(book_.Build());
  book_.BuildAgain();
  EXPECT_TRUE(book_.Build()->may_block);
}

TEST_F(ListBookTest, TestTellsWhatCountsFirst) {
  Adopt(Configured({{"bad", Tier::kBlock, "f"}, {"good", Tier::kAllow, ""}}, {kHost}));
  book_.Add("good", kNetwork, {});
  const auto matches = book_.Test(kHost.address);
  ASSERT_EQ(matches.size(), 2u);
  EXPECT_EQ(matches[0].list, "good");
  EXPECT_TRUE(matches[0].entry);
  EXPECT_EQ(matches[1].list, "bad");
  EXPECT_EQ(TierOf("198.18.7.9"), Tier::kAllow);
}

TEST_F(ListBookTest, EntriesOutliveARestart) {
  book_.Add("bad", kHost, {kNow + Seconds(100), ""});
  book_.Add("bad", *ParsePrefix("2001:db8::/32"), {});
  Ban(*ParseAddress("198.18.9.1"));
  const std::string text = TextOfEntries(book_);
  size_t removed;
  book_.Flush("bad", removed);
  EXPECT_EQ(TakeEntries(text, kNow, book_), 0u);
  EXPECT_EQ(TextOfEntries(book_), text);
  book_.Flush("bad", removed);
  EXPECT_EQ(TakeEntries(text, kNow + Seconds(80), book_), 0u);
  EXPECT_EQ(book_.Entries("bad", {}, 10)->size(), 2u);
}

TEST_F(ListBookTest, BrokenLinesOfTheFileArePassedOver) {
  EXPECT_EQ(TakeEntries("# x\n\nbad\nbad 1.2.3 never -\nbad 198.18.0.1 soon -\n"
                        "none 198.18.0.1 never -\nbad 198.18.0.1 99999999999999999999 -\n"
                        "bad 198.18.0.1 never -\n",
                        kNow, book_),
            5u);
  EXPECT_EQ(book_.Entries("bad", {}, 10)->size(), 1u);
}

TEST_F(ListBookTest, EntriesComeInPages) {
  for (uint32_t i = 0; i < 5; ++i) book_.Add("bad", {Address::V4(0x0b000000 + i), 32}, {});
  const auto first = book_.Entries("bad", {}, 3);
  EXPECT_EQ(first->size(), 3u);
  EXPECT_EQ(book_.Entries("bad", first->back().first, 3)->size(), 2u);
}

}  // namespace
}  // namespace synsplice
