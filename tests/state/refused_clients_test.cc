#include "synsplice/state/refused_clients.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace synsplice {
namespace {

constexpr Time kStart = FromMilliseconds(1700000000000);

Address Client(unsigned number) { return *ParseAddress("198.18." + std::to_string(number) + ".7"); }

class RefusedClientsTest : public testing::Test {
 protected:
  void Note(unsigned number, Time when, uint16_t service = 1) {
    clients_.Note(Mask(Client(number), 24), {Client(number), service, when});
  }
  std::vector<RefusedClient> TakeAll() {
    std::vector<RefusedClient> all;
    for (RefusedClient refused; clients_.Take(refused);) all.push_back(refused);
    return all;
  }

  RefusedClients clients_{SipKey{1, 2}};
};

TEST_F(RefusedClientsTest, EachIsTakenOnceInOrder) {
  EXPECT_TRUE(TakeAll().empty());
  Note(1, kStart);
  Note(2, kStart + Seconds(1), 3);
  const auto all = TakeAll();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].client, Client(1));
  EXPECT_EQ(all[0].when, kStart);
  EXPECT_EQ(all[1].client, Client(2));
  EXPECT_EQ(all[1].service, 3);
  EXPECT_TRUE(TakeAll().empty());
}

TEST_F(RefusedClientsTest, ANetworkIsNotedOnceInAWhileForEachService) {
  for (int millisecond = 0; millisecond < 1000; ++millisecond) {
    Note(1, kStart + Milliseconds(millisecond));
  }
  EXPECT_EQ(TakeAll().size(), 1u);
  Note(1, kStart, 2);
  EXPECT_EQ(TakeAll().size(), 1u);
  Note(1, kStart + RefusedClients::kQuiet - Milliseconds(1));
  EXPECT_TRUE(TakeAll().empty());
  Note(1, kStart + RefusedClients::kQuiet);
  EXPECT_EQ(TakeAll().size(), 1u);
  EXPECT_EQ(clients_.unheard(), 0u);
}

TEST_F(RefusedClientsTest, NetworksWithoutRoomAreCounted) {
  for (unsigned number = 0; number < RefusedClients::kRoom + 5; ++number) Note(number, kStart);
  EXPECT_EQ(clients_.unheard(), 5u);
  const auto all = TakeAll();
  ASSERT_EQ(all.size(), RefusedClients::kRoom);
  EXPECT_EQ(all.back().client, Client(RefusedClients::kRoom - 1));
  Note(200, kStart);
  EXPECT_EQ(TakeAll().size(), 1u);
}

TEST_F(RefusedClientsTest, AReaderInAnotherThreadMeetsWholeOnes) {
  constexpr unsigned kNotes = 100'000;
  std::thread worker([this] {
    for (unsigned i = 0; i < kNotes; ++i) {
      Note(i % 250, kStart + Seconds(i), static_cast<uint16_t>(i % 250));
    }
  });
  size_t taken = 0;
  while (taken + clients_.unheard() < kNotes) {
    for (RefusedClient refused; clients_.Take(refused); ++taken) {
      EXPECT_EQ(refused.client, Client(refused.service));
    }
  }
  worker.join();
}

}  // namespace
}  // namespace synsplice
