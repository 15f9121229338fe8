// Rules 21, 34: attackers who fill the flow table with connections that they keep alive.
#include <algorithm>

#include "support/dialogue.h"

namespace synsplice::test {
namespace {

constexpr uint32_t kEntries = 1024;
constexpr uint32_t kHonest = 0xc6120001, kKeeper = 0xc612fb01, kLate = 0xc6130401;
constexpr uint32_t kNextNetwork = 1 << 8;

Config TableOf(uint32_t entries) {
  Config config = TransparentConfig();
  config.flow_table_entries = entries;
  return config;
}

class Admission : public DialogueTest {
 protected:
  using Crowd = std::vector<std::unique_ptr<Dialogue>>;

  // Whether a new connection from this address gets in; then it is the last of `crowd`.
  bool Enter(Crowd& crowd, uint32_t address) {
    DialogueSetup setup;
    setup.client_port = static_cast<uint16_t>(1024 + entered_++);
    auto dialogue = std::make_unique<Dialogue>(harness_, setup);
    dialogue->client.address = Address::V4(address);
    dialogue->backend_syn_mss = entered_ == 1 ? dialogue->backend_syn_mss : 1460;
    dialogue->Open();
    TcpFrame ack = dialogue->FromClient(kA, 1, 1);
    ack.options.timestamps->second = dialogue->tsval_p;
    const Verdict verdict = harness_.Feed(Side::kOutside, ack);
    harness_.Take(Side::kInside);
    harness_.Take(Side::kOutside);
    if (verdict != Verdict::Consumed()) {
      EXPECT_EQ(verdict, Verdict::Refuse(Reason::kFlowTableFull));
      return false;
    }
    dialogue->Answer();
    crowd.push_back(std::move(dialogue));
    return true;
  }
  // Others, of a network each.
  void Gather(Crowd& crowd, uint32_t first, uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) Enter(crowd, first + i * kNextNetwork);
  }
  void FillBy(Crowd& crowd, uint32_t networks) {
    for (uint32_t i = 0; i < networks; ++i) {
      while (Enter(crowd, kKeeper + i * kNextNetwork)) continue;
    }
  }
  static size_t Alive(const Crowd& crowd) {
    return static_cast<size_t>(std::count_if(crowd.begin(), crowd.end(), [](const auto& dialogue) {
      return dialogue->phase() && IsLive(*dialogue->phase());
    }));
  }
  static void KeepAlive(const Crowd& crowd) {
    for (const auto& dialogue : crowd) {
      if (dialogue->phase()) dialogue->ClientSays(kA, 1, 1);
    }
  }
  void Close(Dialogue& dialogue) {
    dialogue.ClientSays(kF | kA, 1, 1);
    dialogue.ServerSays(kF | kA, 1, 2);
  }
  void Reset(Dialogue& dialogue) {
    TcpFrame reset = dialogue.FromClient(kR, 1, 0);
    reset.options = {};
    EXPECT_EQ(harness_.Feed(Side::kOutside, reset), Verdict::Forward());
    harness_.Take(Side::kInside);
  }

  ProxyHarness harness_{TableOf(kEntries)};
  Crowd attackers_, honest_, late_;
  uint32_t entered_ = 0;
};

// Five addresses of one network, as full as it gets.
TEST_F(Admission, OneNetworkHasAsManyAsAreFree) {
  Gather(honest_, kHonest, 1);
  while (Enter(attackers_, kKeeper + entered_ % 5)) continue;
  EXPECT_NEAR(static_cast<double>(attackers_.size()), kEntries / 2, 1);
  harness_.Advance(Seconds(80));
  EXPECT_TRUE(Enter(attackers_, kKeeper)) << "an idle one of its own gives way";
  EXPECT_EQ(harness_.Count(Event::kFlowsEvicted), 1u);
  EXPECT_EQ(Alive(attackers_), attackers_.size() - 1);
  EXPECT_EQ(Alive(honest_), 1u);
  Gather(late_, kLate, 100);
  EXPECT_EQ(late_.size(), 100u);
}

TEST_F(Admission, WhoHasItsShareMakesRoomItself) {
  while (Enter(attackers_, kKeeper)) continue;
  while (Enter(late_, kLate)) continue;
  harness_.Advance(Seconds(80));
  EXPECT_TRUE(Enter(late_, kLate));
  EXPECT_EQ(Alive(late_), late_.size() - 1);
  EXPECT_EQ(Alive(attackers_), attackers_.size()) << "twice as many, idle too";
}

// A load tester leaves many ended connections behind: they are nobody's.
TEST_F(Admission, EndedOnesAreNobodys) {
  for (uint32_t i = 0; i < kEntries; ++i) {
    ASSERT_TRUE(Enter(attackers_, kKeeper));
    Reset(*attackers_.back());
  }
  attackers_.clear();
  harness_.Advance(Seconds(200));
  for (int round = 0; round < 2; ++round) {
    while (Enter(attackers_, kKeeper)) continue;
    EXPECT_NEAR(static_cast<double>(attackers_.size()), kEntries / 2, 1);
    harness_.Advance(Seconds(7500));
    EXPECT_EQ(harness_.proxy().flow_count(), 0u) << "expired";
    attackers_.clear();
  }
}

// So many networks that nothing is free in the end: who is idle stays, who comes gets in.
TEST_F(Admission, ManyNetworksThatKeepTheirConnectionsAlive) {
  Gather(honest_, kHonest, 40);
  FillBy(attackers_, 8);
  for (int i = 0; i < 4; ++i) {
    harness_.Advance(Seconds(56));
    KeepAlive(attackers_);
  }
  Gather(late_, kLate, 120);
  harness_.Advance(Seconds(56));
  KeepAlive(attackers_);
  Gather(late_, kLate + 120 * kNextNetwork, 120 - 2);
  EXPECT_EQ(late_.size(), 238u);
  EXPECT_EQ(Alive(late_), late_.size());
  EXPECT_EQ(Alive(honest_), honest_.size());
  EXPECT_GT(harness_.Count(Event::kFlowsEvicted), 50u);
}

// Nor does it help them to open and reset in a loop: closing and idle connections of others stay.
TEST_F(Admission, LargeNetworkTakesNothingFromSmallOnes) {
  while (honest_.size() < 780) Enter(honest_, kHonest + entered_ % 250 * kNextNetwork);
  for (int i = 0; i < 100; ++i) Enter(attackers_, kKeeper);
  for (size_t i = 0; i < honest_.size(); i += 2) Close(*honest_[i]);
  harness_.Advance(Seconds(100));
  KeepAlive(attackers_);
  for (int i = 0; i < 1000; ++i) {
    if (attackers_.back()->phase() != Phase::kClosed) Reset(*attackers_.back());
    Enter(attackers_, kKeeper);
  }
  EXPECT_EQ(Alive(honest_), honest_.size());
}

}  // namespace
}  // namespace synsplice::test
