#include "synsplice/policy/backend_ring.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "synsplice/base/fold_hash.h"
#include "synsplice/base/siphash.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kClients = 20000;

std::vector<BackendRing::Member> Members(uint16_t count) {
  std::vector<BackendRing::Member> members;
  for (uint16_t i = 1; i <= count; ++i) members.push_back({i, {Address::V4(0xc6120100u + i), 80}});
  return members;
}

BackendsInUse InUse(std::initializer_list<uint16_t> ids) {
  BackendsInUse in_use;
  for (const uint16_t id : ids) in_use.Add(id);
  return in_use;
}

Address Client(uint32_t number) { return Address::V4(0xc6130000u + number); }

TEST(BackendRing, AddingABackendMovesItsShareAndNobodyElse) {
  for (const uint16_t n : {1, 2, 4, 9, 100}) {
    const BackendRing before(Members(n)), after(Members(n + 1));
    std::vector<uint32_t> load(n + 2u);
    uint32_t moved = 0;
    for (uint32_t i = 0; i < kClients; ++i) {
      const auto old_choice = before.Choose(Client(i), {}), choice = after.Choose(Client(i), {});
      ++load[*choice];
      if (old_choice == choice) continue;
      ++moved;
      ASSERT_EQ(choice, n + 1) << "moves go to the new backend only";
    }
    // Three deviations of the points, and the clients' own.
    const double share = kClients / (n + 1.0);
    const double tolerance =
        share * 3 / std::sqrt(double{BackendRing::kPoints}) + 4 * std::sqrt(share);
    EXPECT_NEAR(moved, share, tolerance) << n;
    for (uint16_t id = 1; id <= n + 1; ++id) EXPECT_NEAR(load[id], share, tolerance) << n;
  }
}

// Of all points in a row; who is behind the last one belongs to the first.
TEST(BackendRing, TheNextPointIsTheClients) {
  for (const uint16_t n : {2, 3, 40}) {
    const auto members = Members(n);
    std::map<uint64_t, uint16_t> points;
    for (const BackendRing::Member& member : members) {
      const Address& address = member.endpoint.address;
      for (unsigned i = 0; i < BackendRing::kPoints; ++i) {
        const uint8_t number[] = {static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)};
        const SipKey key{address.High() ^ member.endpoint.port, address.Low()};
        points[(SipHash<1, 3>(key, number) & ~0xffffull) | member.id] = member.id;
      }
    }
    const BackendRing ring(members);
    for (uint32_t i = 0; i < kClients; ++i) {
      auto next = points.lower_bound(FoldHash(SipKey{0, 0}, Client(i).High(), Client(i).Low(), 0));
      if (next == points.end()) next = points.begin();
      ASSERT_EQ(ring.Choose(Client(i), {}), next->second) << n;
    }
  }
}

TEST(BackendRing, TheOrderOfTheListDoesNotMatter) {
  auto members = Members(7);
  const BackendRing ring(members);
  std::ranges::reverse(members);
  const BackendRing reversed(members);
  for (uint32_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(ring.Choose(Client(i), {}), reversed.Choose(Client(i), {}));
  }
}

// The next choices are others each, until there is none; those of one first choice are spread.
TEST(BackendRing, InUseOnesAreLeftOut) {
  const BackendRing ring(Members(16));
  std::set<uint16_t> second_choices;
  for (uint32_t i = 0; i < 1000; ++i) {
    std::vector<uint16_t> choices;
    BackendsInUse in_use;
    for (int rank = 0; rank < 16; ++rank) {
      const auto choice = ring.Choose(Client(i), in_use);
      ASSERT_TRUE(choice);
      ASSERT_EQ(std::ranges::count(choices, *choice), 0);
      choices.push_back(*choice);
      in_use.Add(*choice);
    }
    EXPECT_EQ(ring.Choose(Client(i), in_use), std::nullopt);
    if (choices[0] == 1) second_choices.insert(choices[1]);
  }
  EXPECT_GT(second_choices.size(), 10u);
}

// So many of the clients get `id`.
uint32_t LoadOf(const BackendRing& ring, uint16_t id) {
  uint32_t load = 0;
  for (uint32_t i = 0; i < kClients; ++i) load += ring.Choose(Client(i), {}) == id;
  return load;
}

TEST(BackendRing, SharesFollowWeights) {
  auto members = Members(3);
  members[0].weight = 100, members[1].weight = 50, members[2].weight = 50;
  const BackendRing ring(members);
  EXPECT_NEAR(LoadOf(ring, 1), kClients / 2, kClients / 10);
  EXPECT_NEAR(LoadOf(ring, 2), kClients / 4, kClients / 10);
  for (BackendRing::Member& member : members) member.weight /= 50;
  const BackendRing same(members);
  EXPECT_EQ(LoadOf(same, 1), LoadOf(ring, 1)) << "whatever their unit";
}

TEST(BackendRing, NoWeightNoClients) {
  auto members = Members(3);
  members[1].weight = 0;
  const BackendRing ring(members);
  EXPECT_EQ(LoadOf(ring, 2), 0u);
  EXPECT_EQ(ring.Choose(Client(0), InUse({1, 3})), std::nullopt);
  members[0].weight = members[2].weight = 0;
  EXPECT_TRUE(BackendRing(members).empty());
}

TEST(BackendRing, ALighterBackendLosesClientsOnly) {
  auto members = Members(4);
  const BackendRing before(members);
  for (uint16_t i : {0, 1, 2}) members[i].weight = 2;
  const BackendRing after(members);
  for (uint32_t i = 0; i < kClients; ++i) {
    const auto old_choice = before.Choose(Client(i), {});
    if (old_choice == 4) continue;
    ASSERT_EQ(after.Choose(Client(i), {}), old_choice);
  }
}

// Those whose backend takes nobody go to the others by their weights.
TEST(BackendRing, AnotherOneIsChosenByWeightToo) {
  auto members = Members(3);
  members[1].weight = 16;
  const BackendRing ring(members);
  uint32_t heavy = 0, all = 0;
  for (uint32_t i = 0; i < kClients; ++i) {
    if (ring.Choose(Client(i), {}) != 1) continue;
    ++all;
    heavy += ring.ChooseOther(Client(i), 8, [](uint16_t id) { return id != 1; }) == 2;
  }
  EXPECT_GT(all, 0u);
  EXPECT_GT(heavy, all * 8 / 10);
}

TEST(BackendRing, AnotherOneIsLookedForWithinBounds) {
  const BackendRing ring(Members(100));
  int looks = 0;
  EXPECT_EQ(ring.ChooseOther(Client(0), 8, [&](uint16_t) { return ++looks == 0; }), std::nullopt);
  EXPECT_EQ(looks, 10);
}

TEST(BackendRing, OneAndNone) {
  EXPECT_EQ(BackendRing(Members(1)).Choose(Client(0), {}), 1);
  EXPECT_EQ(BackendRing(Members(1)).Choose(Client(0), InUse({1})), std::nullopt);
  EXPECT_EQ(BackendRing({}).Choose(Client(0), {}), std::nullopt);
}

}  // namespace
}  // namespace synsplice::test
