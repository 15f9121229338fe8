#include "programs/ctl/look/suggest_command.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

JsonValue Service() {
  return JsonValue::parse(R"({
    "service": "web", "learning": false, "learned_s": 7500,
    "measured": {"syns_per_second": 330, "syns_per_second_of_a_minute": 280,
                 "incomplete_percent": 4, "source_syns_per_second": 21, "source_connections": 55},
    "suggested": {
      "syn_limit": {"rate": "840/s", "burst": 990},
      "syn_limit_per_source": {"rate": "63/s", "burst": 130},
      "accept_limit": {"rate": "810/s", "burst": 960},
      "accept_limit_per_source": null,
      "connlimit": {"above": 170},
      "adaptive": {"syns_per_second": {"start": 990, "end": 500},
                   "risk_percent": {"start": 300, "end": 150}}}
  })");
}

TEST(SuggestText, IsAPieceOfAConfiguration) {
  EXPECT_EQ(SuggestText(JsonValue::array({Service()})),
            R"(# Three times of what is usual: put into the services of the configuration.
services:
  - name: web
    # learned for 2 h; a whole day tells more
    # usual: up to 280 SYN/s over a minute, 330 in a second
    syn_limit: {rate: 840/s, burst: 990}
    # usual: up to 21 SYN/s of one network, over ten seconds
    syn_limit_per_source: {rate: 63/s, burst: 130}
    # usual: up to 280 SYN/s over a minute, 330 in a second; 4 % make no connection
    accept_limit: {rate: 810/s, burst: 960}
    # accept_limit_per_source: nothing was measured for it
    # usual: up to about 55 connections of one network, by its share of SYNs
    connlimit: {above: 170}
    # usual: up to 330 SYN/s in a second, 4 % of them make no connection
    adaptive:
      syns_per_second: {start: 990, end: 500}
      risk_percent: {start: 300, end: 150}
)");
}

TEST(SuggestText, SaysThatItKnowsTooLittle) {
  JsonValue service = Service();
  service["suggested"] = nullptr;
  service["learning"] = true;
  service["learned_s"] = 130;
  EXPECT_NE(SuggestText(JsonValue::array({service}))
                .find("    # learned for 2 min: too little, ask again later\n"),
            std::string::npos);
  service["learning"] = false;
  service["learned_s"] = 3 * 86'400;
  EXPECT_NE(SuggestText(JsonValue::array({service}))
                .find("    # learned for 3 days: hardly a SYN came, nothing to suggest\n"),
            std::string::npos);
}

}  // namespace
}  // namespace synsplice
