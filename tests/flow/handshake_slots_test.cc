#include "synsplice/flow/handshake_slots.h"

#include <gtest/gtest.h>

#include <set>

#include "support/alone.h"
#include "support/random.h"

namespace synsplice {
namespace {

constexpr Time kStart = FromMilliseconds(1700000000000);
constexpr size_t kLines = 5;

TEST(HandshakeSlots, AllocatesEachOnce) {
  test::Alone<HandshakeSlots> slots(3, kLines);
  std::set<SlotIndex> seen;
  for (int i = 0; i < 3; ++i) seen.insert(slots.Allocate());
  EXPECT_EQ(seen.size(), 3u);
  EXPECT_EQ(slots.in_use(), 3u);
  EXPECT_EQ(slots.Allocate(), HandshakeSlots::kNone);
}

// Rule 36: a walk that pauses survives whatever ends or begins its wait meanwhile.
TEST(HandshakeSlots, WalkAlongTheWaitsForNeighbours) {
  test::Alone<HandshakeSlots> slots(6, kLines);
  slots.BeginWalk();
  EXPECT_FALSE(slots.IsWalking());
  SlotIndex index[6];
  for (int i = 0; i < 5; ++i) {
    index[i] = slots.Allocate();
    slots.Wait(index[i], kNeighbourWait, kStart + Milliseconds(i));
  }
  slots.BeginWalk();
  EXPECT_EQ(slots.Step(), index[0]);
  slots.Free(index[1]);  // where the walk stands
  slots.Free(index[0]);
  EXPECT_EQ(slots.Step(), index[2]);
  slots.Wait(index[2], 0, kStart);
  slots.Wait(index[3], 0, kStart);
  index[5] = slots.Allocate();
  slots.Wait(index[5], kNeighbourWait, kStart);
  EXPECT_EQ(slots.Step(), index[4]);
  EXPECT_EQ(slots.Step(), index[5]);
  EXPECT_FALSE(slots.IsWalking());
}

// Rule 42: each line has an order of its own, and only lines with somebody in them are looked at.
TEST(HandshakeSlots, LinesKeepTheirOrder) {
  test::Alone<HandshakeSlots> slots(6, kLines);
  SlotIndex index[6];
  for (int i = 0; i < 6; ++i) {
    index[i] = slots.Allocate();
    slots.Join(index[i], static_cast<LineId>(i % 3), kStart + Milliseconds(i));
  }
  EXPECT_EQ(slots.busy_lines().size(), 3u);
  EXPECT_EQ(slots.FirstIn(0), index[0]);
  EXPECT_EQ(slots.Behind(index[0]), index[3]);
  slots.Wait(index[0], 1, kStart);  // its turn
  EXPECT_EQ(slots.FirstIn(0), index[3]);
  slots.Free(index[3]);
  EXPECT_EQ(slots.FirstIn(0), HandshakeSlots::kNone);
  slots.Join(index[1], 2, kStart + Seconds(1));  // behind those who are there
  EXPECT_EQ(slots.FirstIn(1), index[4]);
  EXPECT_EQ(slots.Behind(index[5]), index[1]);
  const std::set<LineId> busy(slots.busy_lines().begin(), slots.busy_lines().end());
  EXPECT_EQ(busy, (std::set<LineId>{1, 2}));
  for (const int i : {4, 2, 5, 1}) slots.Free(index[i]);
  EXPECT_TRUE(slots.busy_lines().empty());
  slots.Join(index[0], 4, kStart);
  EXPECT_EQ(slots.FirstIn(4), index[0]);
}

// The shell still has the frames of a freed slot in its list until it has handled the events: in a
// call of a whole burst each freed one makes room, by an entry that is clean.
TEST(HandshakeSlots, FreedSlotMakesRoomBeforeRecycle) {
  test::Alone<HandshakeSlots> slots(1, kLines);
  std::set<SlotIndex> seen;
  for (size_t i = 0; i < kMaxBurst; ++i) {
    const SlotIndex slot = slots.Allocate();
    ASSERT_NE(slot, HandshakeSlots::kNone);
    ASSERT_LT(slot, HandshakeSlots::EntriesFor(1));
    EXPECT_TRUE(seen.insert(slot).second);
    slots[slot].held_bytes = 7;
    EXPECT_EQ(slots.Allocate(), HandshakeSlots::kNone);
    slots.Free(slot);
    EXPECT_EQ(slots.in_use(), 0u);
  }
  for (size_t i = 0; i < 2 * kMaxBurst; ++i) {
    slots.Recycle();
    const SlotIndex slot = slots.Allocate();
    ASSERT_NE(slot, HandshakeSlots::kNone);
    EXPECT_EQ(slots[slot].held_bytes, 0u);
    slots.Free(slot);
  }
}

TEST(HandshakeSlots, AbortedOnesAreAFifoToo) {
  test::Alone<HandshakeSlots> slots(4, kLines);
  SlotIndex index[4];
  for (SlotIndex& slot : index) {
    slot = slots.Allocate();
    slots.Wait(slot, 0, kStart);
  }
  EXPECT_EQ(slots.FirstAborted(), HandshakeSlots::kNone);
  for (const int i : {2, 0, 2, 3, 3}) slots.Abort(index[i]);
  EXPECT_EQ(slots.FirstAborted(), index[2]);
  EXPECT_EQ(slots.BehindAborted(index[2]), index[0]);
  slots.Wait(index[2], 1, kStart);  // its wait goes on
  slots.Free(index[0]);
  EXPECT_EQ(slots.BehindAborted(index[2]), index[3]);
  EXPECT_EQ(slots.BehindAborted(index[3]), HandshakeSlots::kNone);
  slots.Free(index[2]);
  EXPECT_EQ(slots.FirstAborted(), index[3]);
  EXPECT_EQ(slots.First(0), index[1]);
}

TEST(HandshakeSlots, DelaysDouble) {
  EXPECT_EQ(DelayOf(0), Seconds(1));
  EXPECT_EQ(DelayOf(1), Seconds(2));
  EXPECT_EQ(DelayOf(2), Seconds(4));
}

TEST(HandshakeSlots, WaitsOfOneKindAreAFifo) {
  test::Alone<HandshakeSlots> slots(4, kLines);
  SlotIndex index[4];
  for (int i = 0; i < 4; ++i) {
    index[i] = slots.Allocate();
    slots.Wait(index[i], 1, kStart + Milliseconds(i));
  }
  EXPECT_EQ(slots.First(1), index[0]);
  EXPECT_EQ(slots[index[0]].deadline, kStart + Seconds(2));
  EXPECT_EQ(slots.Behind(index[0]), index[1]);
  slots.Wait(index[0], 1, kStart + Milliseconds(9));  // restarted: goes to the end
  slots.Free(index[2]);                               // from the middle
  EXPECT_EQ(slots.First(1), index[1]);
  EXPECT_EQ(slots.Behind(index[1]), index[3]);
  EXPECT_EQ(slots.Behind(index[3]), index[0]);
  EXPECT_EQ(slots.Behind(index[0]), HandshakeSlots::kNone);
  slots.Wait(index[1], 2, kStart + Milliseconds(10));
  EXPECT_EQ(slots.First(2), index[1]);
  EXPECT_EQ(slots.First(1), index[3]);
  EXPECT_EQ(slots.First(0), HandshakeSlots::kNone);
}

TEST(HandshakeSlots, RandomOperationsKeepDeadlinesInOrder) {
  const uint64_t seed = test::TestSeed();
  SCOPED_TRACE(test::SeedTrace(seed));
  std::mt19937_64 random(seed);
  test::Alone<HandshakeSlots> slots(32, kLines);
  std::set<SlotIndex> allocated;
  for (int i = 0; i < 50000; ++i) {
    const Time now = kStart + Milliseconds(i);
    if (random() % 2) {
      const SlotIndex slot = slots.Allocate();
      if (slot != HandshakeSlots::kNone) {
        ASSERT_TRUE(allocated.insert(slot).second);
        slots.Wait(slot, random() % kWaitKinds, now);
      }
    } else if (!allocated.empty()) {
      const auto chosen =
          std::next(allocated.begin(), static_cast<ptrdiff_t>(random() % allocated.size()));
      if (random() % 2) {
        slots.Wait(*chosen, random() % kWaitKinds, now);
      } else {
        slots.Free(*chosen);
        allocated.erase(chosen);
      }
    }
    if (random() % 4 == 0) slots.Recycle();
    size_t listed = 0;
    for (uint8_t kind = 0; kind < kWaitKinds; ++kind) {
      Time last{};
      for (SlotIndex slot = slots.First(kind); slot != HandshakeSlots::kNone;
           slot = slots.Behind(slot)) {
        ASSERT_GE(slots[slot].deadline, last);
        last = slots[slot].deadline;
        ASSERT_LE(++listed, allocated.size());
      }
    }
    ASSERT_EQ(listed, allocated.size());
    ASSERT_EQ(slots.in_use(), allocated.size());
  }
}

}  // namespace
}  // namespace synsplice
