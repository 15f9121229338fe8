#include "synsplice/proxy/owner.h"

#include <algorithm>

#include "support/dialogue.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

class Owner : public DialogueTest {
 protected:
  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

// The worker of a frame depends on the client's endpoint only, from either side.
TEST_F(Owner, IsTheSameFromBothSides) {
  const OwnerFunction function{{7, 8}, 4};
  FragmentNotes fragments({7, 8});
  std::vector<int> share(4);
  for (uint16_t port = 1000; port < 3000; ++port) {
    DialogueSetup setup;
    setup.client_port = port;
    const Dialogue dialogue(harness_, setup);
    const auto owner =
        OwnerOf(function, harness_.policy(), fragments, Side::kOutside, dialogue.Syn().Build());
    ASSERT_TRUE(owner);
    ASSERT_LT(*owner, 4u);
    ++share[*owner];
    ASSERT_EQ(OwnerOf(function, harness_.policy(), fragments, Side::kInside,
                      dialogue.FromServer(kA, 0, 0).Build()),
              owner);
    IcmpError icmp;
    icmp.source = *ParseAddress("198.18.0.1");
    icmp.destination = dialogue.client.address;
    icmp.quoted = dialogue.BackendSyn();
    ASSERT_EQ(OwnerOf(function, harness_.policy(), fragments, Side::kInside, icmp.Build()), owner);
  }
  for (const int frames : share) EXPECT_NEAR(frames, 500, 120);
}

// Rule 35: both directions have the same owner, whichever of them has priority tags.
TEST_F(Owner, IgnoresPriorityTags) {
  const OwnerFunction function{{5, 6}, 128};
  FragmentNotes fragments({7, 8});
  TcpFrame tagged = dialogue_.Syn();
  tagged.tags = {0, 0, 0};
  const auto owner =
      OwnerOf(function, harness_.policy(), fragments, Side::kOutside, tagged.Build());
  ASSERT_TRUE(owner);
  EXPECT_EQ(owner, OwnerOf(function, harness_.policy(), fragments, Side::kInside,
                           dialogue_.ServerSynAck().Build()));
}

TEST_F(Owner, BridgedFramesHaveNone) {
  TcpFrame other = dialogue_.Syn();
  other.destination.port = 22;
  FragmentNotes fragments({7, 8});
  EXPECT_EQ(OwnerOf({{}, 4}, harness_.policy(), fragments, Side::kOutside, other.Build()),
            std::nullopt);
}

// What neighbours among addresses and ports are, workers see evenly, IPv4 and IPv6.
TEST(OwnerFunction, NeighboursAreSpread) {
  const Policy policy{Config()};
  constexpr unsigned kWorkers = 16, kEach = 256;
  const OwnerFunction function({1, 2}, kWorkers);
  for (const char* first : {"198.18.0.0:1024", "[2001:db8::]:1024"}) {
    std::array<unsigned, kWorkers> by_port{}, by_address{};
    Endpoint client = *ParseEndpoint(first);
    for (unsigned i = 0; i < kWorkers * kEach; ++i) {
      client.port = static_cast<uint16_t>(1024 + i);
      ++by_port[function(client.address, client.port)];
    }
    for (unsigned i = 0; i < kWorkers * kEach; ++i) {
      client.address.bytes[14] = static_cast<uint8_t>(i >> 8);
      client.address.bytes[15] = static_cast<uint8_t>(i);
      ++by_address[function(client.address, client.port)];
    }
    EXPECT_LE(std::ranges::max(by_port), 2 * kEach) << first;
    EXPECT_LE(std::ranges::max(by_address), 2 * kEach) << first;
  }
}

// Who has found a thousand clients of one worker has found nothing about the next start.
TEST(OwnerFunction, NobodyAims) {
  const Policy policy{Config()};
  constexpr unsigned kWorkers = 16;
  const OwnerFunction known({1, 2}, kWorkers), next({3, 4}, kWorkers);
  unsigned aimed = 0, hit = 0;
  for (uint16_t port = 1; port < 16 * 1024; ++port) {
    const Address client = Address::V4(0xc6120001);
    if (known(client, port) != 0) continue;
    ++aimed;
    hit += next(client, port) == 0;
  }
  EXPECT_GT(aimed, 500u);
  EXPECT_LE(hit, aimed / 4);
}

}  // namespace
}  // namespace synsplice::test
