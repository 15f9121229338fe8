#include "capture/tap.h"

#include <gmock/gmock.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "capture/example_policy.h"
#include "capture/tap_slot.h"

namespace synsplice {
namespace {

using test::Bytes;
using testing::ElementsAre;
using Moment = CaptureEntry::Moment;

constexpr CaptureTime kMoment{std::chrono::seconds(5)};

class TapTest : public testing::Test {
 protected:
  Tap& Open(const CaptureChoice& choice, size_t ring_bytes = Tap::kRingBytes) {
    auto frames =
        std::make_shared<const FrameChoice>(std::get<FrameChoice>(FrameChoice::Create(choice)));
    tap_ = std::make_unique<Tap>(choice, std::move(frames), ring_bytes);
    return *tap_;
  }
  // A burst whose frames become `after` when they are judged.
  void Judge(Side side, std::vector<Bytes> frames, const std::vector<Verdict>& verdicts,
             const Bytes& after, bool held_before = false) {
    std::vector<FrameBuffer> buffers;
    for (Bytes& frame : frames) {
      const auto length = static_cast<uint32_t>(frame.size());
      buffers.push_back({frame.data(), length, length});
    }
    tap_->OnArrival(policy_, {side, held_before, buffers});
    for (FrameBuffer& buffer : buffers) {
      buffer.length = static_cast<uint32_t>(after.size());
      std::copy(after.begin(), after.end(), buffer.data);
    }
    tap_->OnJudged(kMoment, {side, held_before, buffers}, verdicts);
  }

  struct Seen {
    Moment moment;
    Side side;
    Verdict::Kind verdict;
    Reason reason;
    uint32_t length;
    Bytes bytes;
    bool operator==(const Seen&) const = default;
  };
  std::vector<Seen> TakeAll() {
    std::vector<Seen> all;
    CaptureRing& ring = tap_->ring();
    for (const CaptureEntry* entry; (entry = ring.Front()); ring.Pop()) {
      EXPECT_EQ(entry->time, kMoment);
      all.push_back({entry->moment, entry->side, entry->verdict, entry->reason, entry->length,
                     Bytes(ring.bytes().begin(), ring.bytes().end())});
    }
    return all;
  }

  const Policy policy_ = test::ExamplePolicy();
  std::unique_ptr<Tap> tap_;
};

const Bytes kBefore = {1, 2, 3, 4}, kAfter = {9, 9};

TEST_F(TapTest, TellsFramesAsTheyArrivedWithWhatBecameOfThem) {
  Open({});
  Judge(Side::kOutside, {kBefore, kBefore}, {Verdict::Bounce(), Verdict::Drop(Reason::kLand)},
        kAfter);
  EXPECT_THAT(
      TakeAll(),
      ElementsAre(
          Seen{Moment::kBefore, Side::kOutside, Verdict::Kind::kBounce, Reason::kNone, 4, kBefore},
          Seen{Moment::kBefore, Side::kOutside, Verdict::Kind::kDrop, Reason::kLand, 4, kBefore}));
}

TEST_F(TapTest, TellsFramesAsTheyLeaveWithTheirPort) {
  Open({.before = false, .after = true});
  Judge(Side::kOutside, {kBefore, kBefore, kBefore},
        {Verdict::Forward(), Verdict::Refuse(Reason::kConnlimit), Verdict::Consumed()}, kAfter);
  tap_->OnMade(policy_, kMoment, Side::kInside, kAfter);
  EXPECT_THAT(
      TakeAll(),
      ElementsAre(
          Seen{Moment::kAfter, Side::kInside, Verdict::Kind::kForward, Reason::kNone, 2, kAfter},
          Seen{Moment::kAfter, Side::kOutside, Verdict::Kind::kBounce, Reason::kConnlimit, 2,
               kAfter},
          Seen{Moment::kMade, Side::kInside, Verdict::Kind::kForward, Reason::kNone, 2, kAfter}));
}

TEST_F(TapTest, AHeldFrameArrivesOnce) {
  Open({.after = true});
  Judge(Side::kOutside, {kBefore}, {Verdict::Hold(1)}, kBefore);
  Judge(Side::kOutside, {kBefore}, {Verdict::Forward()}, kAfter, true);
  Judge(Side::kOutside, {kBefore}, {Verdict::Drop(Reason::kHoldLimit)}, kBefore, true);
  std::vector<Moment> moments;
  for (const Seen& seen : TakeAll()) moments.push_back(seen.moment);
  EXPECT_THAT(moments, ElementsAre(Moment::kBefore, Moment::kAfter, Moment::kAgain));
}

TEST_F(TapTest, OneReasonOnly) {
  Open({.reason = Reason::kLand, .after = true});
  Judge(Side::kInside, {kBefore, kBefore}, {Verdict::Forward(), Verdict::Drop(Reason::kLand)},
        kAfter);
  tap_->OnMade(policy_, kMoment, Side::kInside, kAfter);
  const auto seen = TakeAll();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].reason, Reason::kLand);
}

TEST_F(TapTest, OneOfSeveralAndABitOfIt) {
  Open({.sample = 3, .snap_length = 2});
  for (int i = 0; i < 7; ++i) Judge(Side::kOutside, {kBefore}, {Verdict::Consumed()}, kBefore);
  const auto seen = TakeAll();
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_EQ(seen[0].length, 4u);
  EXPECT_EQ(seen[0].bytes, (Bytes{1, 2}));
}

TEST_F(TapTest, TheFilterSeesWhatArrived) {
  Open({.filter = "src port 1000"});
  const Bytes asked = test::SegmentOf("198.18.0.1:1000", "198.18.0.10:80");
  const Bytes answer = test::SegmentOf("198.18.0.10:80", "198.18.0.1:1000");
  Judge(Side::kOutside, {asked, answer}, {Verdict::Bounce(), Verdict::Bounce()}, answer);
  const auto seen = TakeAll();
  ASSERT_EQ(seen.size(), 1u);
  EXPECT_EQ(seen[0].bytes, asked);
}

TEST_F(TapTest, WhatFindsNoRoomIsCounted) {
  Open({}, 256);
  for (int i = 0; i < 10; ++i) Judge(Side::kInside, {kBefore}, {Verdict::Consumed()}, kBefore);
  EXPECT_EQ(TakeAll().size(), 4u);
  EXPECT_EQ(tap_->lost(Side::kInside), 6u);
  EXPECT_EQ(tap_->lost(Side::kOutside), 0u);
}

TEST_F(TapTest, ABurstOfVeryLongFramesIsLostInPart) {
  Open({});
  const Bytes longest(65000, 7);
  Judge(Side::kOutside, std::vector<Bytes>(10, longest),
        std::vector<Verdict>(10, Verdict::Consumed()), longest);
  EXPECT_EQ(TakeAll().size(), 8u);
  EXPECT_EQ(tap_->lost(Side::kOutside), 2u);
}

TEST_F(TapTest, ASlotKeepsATapUntilTheWorkerLetsItGo) {
  Open({});
  std::shared_ptr<Tap> tap(std::move(tap_));
  const std::weak_ptr<Tap> watched = tap;
  TapSlot slot;
  EXPECT_TRUE(slot.Settle());
  slot.Offer(tap);
  EXPECT_FALSE(slot.Settle());
  EXPECT_EQ(slot.tap(), nullptr);
  slot.Look();
  EXPECT_EQ(slot.tap(), tap.get());
  EXPECT_TRUE(slot.Settle());
  tap.reset();
  slot.Offer(nullptr);
  EXPECT_FALSE(slot.Settle());
  EXPECT_FALSE(watched.expired());
  slot.Look();
  EXPECT_EQ(slot.tap(), nullptr);
  EXPECT_TRUE(slot.Settle());
  EXPECT_TRUE(watched.expired());
}

// What the worker has is not freed (sanitizers tell), whenever it looks.
TEST_F(TapTest, ATapIsTakenBackWhileAWorkerLooks) {
  auto frames = std::make_shared<const FrameChoice>(std::get<FrameChoice>(FrameChoice::Create({})));
  TapSlot slot;
  std::atomic<bool> stop{false};
  std::thread worker([&] {
    while (!stop) {
      slot.Look();
      const Tap* const tap = slot.tap();
      EXPECT_TRUE(tap == nullptr || tap->lost(Side::kInside) == 0);
    }
  });
  for (int i = 0; i < 500; ++i) {
    slot.Offer(std::make_shared<Tap>(CaptureChoice(), frames, 256));
    slot.Settle();
    slot.Offer(nullptr);
    while (!slot.Settle()) std::this_thread::yield();
  }
  stop = true;
  worker.join();
  EXPECT_EQ(slot.tap(), nullptr);
}

}  // namespace
}  // namespace synsplice
