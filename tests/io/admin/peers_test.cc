#include "io/admin/peers.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/host/descriptor.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

class PeersTest : public testing::Test {
 protected:
  PeersTest() {
    int ends[2];
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    here_ = Descriptor(ends[0]);
    there_ = Descriptor(ends[1]);
  }

  Descriptor here_, there_;
};

TEST_F(PeersTest, OurOwnUserMayOperate) {
  ApiRequest request;
  Peers().Identify(here_.get(), request);
  EXPECT_EQ(request.role, Role::kAdmin);
  EXPECT_EQ(request.who, "user " + std::to_string(::geteuid()) + " (process " +
                             std::to_string(::getpid()) + ")");
}

TEST_F(PeersTest, NobodyIsKnownBehindAnythingElse) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  const Descriptor reads(ends[0]), writes(ends[1]);
  ApiRequest request;
  Peers().Identify(reads.get(), request);
  EXPECT_EQ(request.role, Role::kRead);
}

TEST(Peers, TheGroupMustBeThere) {
  try {
    Peers("no such group");
    ADD_FAILURE();
  } catch (const StartError& error) {
    EXPECT_STREQ(error.what(), "admin.operators: no group no such group");
  }
}

}  // namespace
}  // namespace synsplice
