#include "synsplice/policy/vlan_endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synsplice::test {
namespace {

using testing::ElementsAre;

TEST(VlanEndpoint, TextAndBack) {
  for (const char* text : {"198.18.0.10:80", "198.18.0.10:80@0", "[2001:db8::10]:443@4094"}) {
    const auto at = ParseVlanEndpoint(text);
    ASSERT_TRUE(at) << text;
    EXPECT_EQ(ToString(*at), text);
  }
  EXPECT_EQ(ParseVlanEndpoint("198.18.0.10:80")->vlan, std::nullopt);
  EXPECT_EQ(ParseVlanEndpoint("198.18.0.10:80@10")->vlan, 10);
  for (const char* text : {"", "@10", "198.18.0.10@10", "198.18.0.10:80@", "198.18.0.10:80@4095",
                           "198.18.0.10:80@1x", "198.18.0.10:80@-1", "198.18.0.10:80@1@2"}) {
    EXPECT_EQ(ParseVlanEndpoint(text), std::nullopt) << text;
  }
}

TEST(VlanEndpoint, OncePerVlan) {
  const Endpoint endpoint = *ParseEndpoint("198.18.0.10:80");
  EXPECT_THAT(InVlans(endpoint, {}), ElementsAre(VlanEndpoint(endpoint)));
  EXPECT_THAT(InVlans(endpoint, {10, 0}),
              ElementsAre(VlanEndpoint(endpoint, 10), VlanEndpoint(endpoint, 0)));
}

}  // namespace
}  // namespace synsplice::test
