#include "system/link.h"

#include <gtest/gtest.h>
#include <net/if.h>

#include "system/veth_peer.h"

namespace synsplice {
namespace {

// The loopback interface is in every network namespace.
TEST(ReadLink, Loopback) {
  const auto link = ReadLink("lo");
  ASSERT_TRUE(link);
  EXPECT_GT(link->mtu, 1280u);
  EXPECT_EQ(link->queues, 1u);
  EXPECT_EQ(link->program, 0u);
  EXPECT_EQ(VethPeer(if_nametoindex("lo")), "");
}

TEST(ReadLink, Missing) { EXPECT_FALSE(ReadLink("no such interface at all")); }

}  // namespace
}  // namespace synsplice
