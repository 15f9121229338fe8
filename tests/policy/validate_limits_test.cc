// Rules 40, 41: limits that contradict themselves.
#include <gmock/gmock.h>

#include "synsplice/policy/policy.h"

namespace synsplice {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr RateLimit kLimit = {{3, Seconds(1)}, 5, RateLimit::Action::kDrop};

// One service that has each limit.
Config Limited() {
  Config config;
  ServiceConfig& service = config.services.emplace_back();
  service.name = "web";
  service.listen = {*ParseEndpoint("198.18.0.10:80")};
  service.syn_limit = kLimit;
  static_cast<RateLimit&>(service.syn_limit_per_source) = kLimit;
  static_cast<RateLimit&>(service.accept_limit) = kLimit;
  static_cast<RateLimit&>(service.accept_limit_per_source) = kLimit;
  return config;
}

template <typename Change>
void ExpectFinding(const std::string& key, const std::string& sentence, Change change) {
  Config config = Limited();
  change(config.services[0]);
  EXPECT_THAT(Policy::Validate(config),
              ElementsAre(AllOf(Field(&Policy::Finding::key, "services[0]." + key),
                                Field(&Policy::Finding::sentence, HasSubstr(sentence)))));
}

TEST(ValidateLimits, TakesWhatMakesSense) {
  EXPECT_THAT(Policy::Validate(Limited()), IsEmpty());
  Config config = Limited();
  config.services[0].accept_limit.queue = Milliseconds(500);
  config.services[0].accept_limit_per_source.overload = "them";  // which list there is: list_check
  EXPECT_THAT(Policy::Validate(config), IsEmpty());
}

TEST(ValidateLimits, NobodyLetInIsNoLimit) {
  ExpectFinding("syn_limit.burst", "nobody would ever be let in",
                [](ServiceConfig& service) { service.syn_limit.burst = 0; });
  ExpectFinding("accept_limit.burst", "nobody would ever be let in",
                [](ServiceConfig& service) { service.accept_limit.burst = 0; });
}

TEST(ValidateLimits, WithoutARateThereIsNone) {
  const std::string sentence = "without a rate there is no limit";
  ExpectFinding("syn_limit.rate", sentence, [](ServiceConfig& service) {
    service.syn_limit = {{}, 7, RateLimit::Action::kDrop};
  });
  ExpectFinding("accept_limit.rate", sentence, [](ServiceConfig& service) {
    service.accept_limit = {};
    service.accept_limit.queue = Milliseconds(1);
  });
  ExpectFinding("accept_limit_per_source.rate", sentence, [](ServiceConfig& service) {
    service.accept_limit_per_source.rate = {};
    service.accept_limit_per_source.prefix_length_v4 = 24;
  });
}

TEST(ValidateLimits, ABurstFillsInThisMonth) {
  ExpectFinding("syn_limit.burst", "30 days", [](ServiceConfig& service) {
    service.syn_limit = {{1, Seconds(86400)}, 31, RateLimit::Action::kDrop};
  });
}

TEST(ValidateLimits, PrefixesHaveTheirRange) {
  ExpectFinding("syn_limit_per_source.prefix_v4", "above 32", [](ServiceConfig& service) {
    service.syn_limit_per_source.prefix_length_v4 = 33;
  });
  ExpectFinding("accept_limit_per_source.prefix_v6", "above 128", [](ServiceConfig& service) {
    service.accept_limit_per_source.prefix_length_v6 = 129;
  });
}

// Whoever sends them in another's name would have him banned.
TEST(ValidateLimits, SynsBanNobody) {
  ExpectFinding("syn_limit_per_source.overload", "in anybody's name", [](ServiceConfig& service) {
    service.syn_limit_per_source.overload = "them";
  });
}

TEST(ValidateLimits, LogChangesNothing) {
  ExpectFinding("accept_limit.queue", "'log'", [](ServiceConfig& service) {
    service.accept_limit.action = RateLimit::Action::kLog;
    service.accept_limit.queue = Milliseconds(1);
  });
  ExpectFinding("accept_limit_per_source.overload", "'log'", [](ServiceConfig& service) {
    service.accept_limit_per_source.action = RateLimit::Action::kLog;
    service.accept_limit_per_source.overload = "them";
  });
}

TEST(ValidateLimits, OneBackendHasOneMostOfOpenings) {
  Config config = Limited();
  config.services[0].backends = {{*ParseEndpoint("198.18.0.11:80"), std::nullopt}};
  config.services.push_back(config.services[0]);
  config.services[1].name = "other";
  config.services[1].listen = {*ParseEndpoint("198.18.0.12:80")};
  EXPECT_THAT(Policy::Validate(config), IsEmpty());
  config.services[1].max_opening = 7;
  EXPECT_THAT(Policy::Validate(config), ElementsAre(Field(&Policy::Finding::sentence,
                                                          HasSubstr("another max_opening"))));
  config.services[1].max_opening = config.services[0].max_opening;
  config.services[1].opening_queue = Milliseconds(7);
  EXPECT_THAT(Policy::Validate(config), ElementsAre(Field(&Policy::Finding::sentence,
                                                          HasSubstr("another opening_queue"))));
}

}  // namespace
}  // namespace synsplice
