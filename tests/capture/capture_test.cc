#include "capture/capture.h"

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "capture/capture_desk.h"
#include "capture/example_policy.h"
#include "io/pcap/pcap_file.h"

namespace synsplice {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr Time kBegin = FromMilliseconds(1'700'000'000'000);

// What the bytes are as a pcapng file: "port second comment" of each frame.
std::vector<std::string> FramesOf(const std::string& bytes) {
  const test::TemporaryPath path;
  std::FILE* file = std::fopen(std::string(path).c_str(), "wb");
  std::fwrite(bytes.data(), 1, bytes.size(), file);
  std::fclose(file);
  auto opened = OpenRecords(path, std::make_shared<ReadingPlace>());
  auto& source = *std::get<std::unique_ptr<RecordSource>>(opened);
  std::vector<std::string> frames;
  for (CaptureRecord record; source.Next(record);) {
    frames.push_back(source.interfaces()[record.interface] + " " +
                     std::to_string(record.seconds - 1'700'000'000) + " " +
                     std::string(record.comment));
  }
  EXPECT_EQ(source.error(), "");
  return frames;
}

// A worker judges a frame.
void JudgeOne(Tap& tap, Time now, Side side, Verdict verdict) {
  static const Policy policy = test::ExamplePolicy();
  uint8_t bytes[] = {1, 2, 3};
  const FrameBuffer buffer{bytes, sizeof bytes, sizeof bytes};
  const Tap::Burst burst{side, false, {&buffer, 1}};
  tap.OnArrival(policy, burst);
  tap.OnJudged(now, burst, {&verdict, 1});
}

class CaptureTest : public testing::Test {
 protected:
  Capture Begin(const CaptureChoice& choice, size_t workers = 2) {
    return {choice, std::get<FrameChoice>(FrameChoice::Create(choice)), workers, kBegin};
  }
};

TEST_F(CaptureTest, IsAFileFromTheBeginning) {
  Capture capture = Begin({});
  EXPECT_THAT(FramesOf(capture.Next(kBegin)), IsEmpty());
  EXPECT_EQ(capture.Next(kBegin), "");
  EXPECT_FALSE(capture.HasEnded());
}

TEST_F(CaptureTest, FramesOfAllWorkersByTime) {
  Capture capture = Begin({});
  JudgeOne(*capture.taps()[1], kBegin + Seconds(1), Side::kInside, Verdict::Forward());
  JudgeOne(*capture.taps()[0], kBegin + Seconds(2), Side::kOutside, Verdict::Bounce());
  JudgeOne(*capture.taps()[1], kBegin + Seconds(3), Side::kOutside, Verdict::Hold(1));
  JudgeOne(*capture.taps()[0], kBegin + Seconds(4), Side::kOutside,
           Verdict::Refuse(Reason::kConnlimit));
  JudgeOne(*capture.taps()[0], kBegin + Seconds(5), Side::kOutside, Verdict::Drop(Reason::kLand));
  EXPECT_THAT(
      FramesOf(capture.Next(kBegin + Seconds(6))),
      ElementsAre("inside 1 synsplice before: forwarded", "outside 2 synsplice before: answered",
                  "outside 3 synsplice before: held",
                  "outside 4 synsplice before: refused: connlimit",
                  "outside 5 synsplice before: dropped: land"));
  EXPECT_EQ(capture.counts().frames, 5u);
}

TEST_F(CaptureTest, EndsAfterSoManyFrames) {
  Capture capture = Begin({.count = 2});
  for (int i = 0; i < 3; ++i) {
    JudgeOne(*capture.taps()[0], kBegin, Side::kOutside, Verdict::Consumed());
  }
  EXPECT_EQ(FramesOf(capture.Next(kBegin)).size(), 2u);
  EXPECT_TRUE(capture.HasEnded());
  EXPECT_EQ(capture.Next(kBegin), "");
}

TEST_F(CaptureTest, EndsAfterSoLongWithAllThatCameBefore) {
  Capture capture = Begin({.duration = Seconds(10)});
  JudgeOne(*capture.taps()[0], kBegin + Seconds(9), Side::kOutside, Verdict::Consumed());
  JudgeOne(*capture.taps()[0], kBegin + Seconds(10), Side::kOutside, Verdict::Consumed());
  EXPECT_EQ(FramesOf(capture.Next(kBegin + Seconds(10))).size(), 1u);
  EXPECT_TRUE(capture.HasEnded());
}

TEST_F(CaptureTest, SaysOnceASecondWhatGotLost) {
  Capture capture = Begin({}, 1);
  capture.Next(kBegin);
  EXPECT_EQ(capture.Next(kBegin + Milliseconds(999)), "");
  EXPECT_NE(capture.Next(kBegin + Milliseconds(1000)), "");
  EXPECT_EQ(capture.Next(kBegin + Milliseconds(1999)), "");
  const size_t most = Tap::kRingBytes / 64;
  for (size_t i = 0; i < most + 7; ++i) {
    JudgeOne(*capture.taps()[0], kBegin, Side::kOutside, Verdict::Consumed());
  }
  EXPECT_EQ(capture.counts().lost, 7u);
}

class CaptureDeskTest : public testing::Test {
 protected:
  CaptureDeskTest() {
    for (TapSlot& slot : slots_) desk_.AddWorker(slot);
  }
  std::shared_ptr<ByteSource> Start(const std::string& who) {
    auto answer = desk_.Start({{}, who, "{}"});
    auto* source = std::get_if<std::shared_ptr<ByteSource>>(&answer);
    refusal_ = source ? "" : std::get<CaptureRefusal>(answer).sentence;
    return source ? *source : nullptr;
  }
  void WorkersLook() {
    for (TapSlot& slot : slots_) slot.Look();
  }

  Time now_ = kBegin;
  TapSlot slots_[2];
  std::vector<std::string> news_;
  std::string refusal_;
  CaptureDesk desk_{[this] { return now_; },
                    [this](const CaptureDesk::News& news) {
                      news_.push_back(news.order.who + (news.has_ended ? " ends " : " begins ") +
                                      std::to_string(news.counts.frames));
                    }};
};

TEST_F(CaptureDeskTest, GivesEachWorkerATapAndTakesItBack) {
  auto source = Start("eve");
  WorkersLook();
  for (TapSlot& slot : slots_) ASSERT_NE(slot.tap(), nullptr);
  JudgeOne(*slots_[1].tap(), kBegin, Side::kOutside, Verdict::Consumed());
  EXPECT_EQ(FramesOf(source->Next()).size(), 1u);
  EXPECT_EQ(desk_.counts().frames, 1u);
  source.reset();
  WorkersLook();
  desk_.Look();
  for (TapSlot& slot : slots_) EXPECT_EQ(slot.tap(), nullptr);
  EXPECT_EQ(desk_.counts().frames, 1u);
  EXPECT_THAT(news_, ElementsAre("eve begins 0", "eve ends 1"));
}

TEST_F(CaptureDeskTest, OneAtATime) {
  auto source = Start("eve");
  EXPECT_EQ(Start("adam"), nullptr);
  EXPECT_EQ(refusal_, "eve captures already: one at a time");
  WorkersLook();
  source.reset();
  EXPECT_EQ(Start("adam"), nullptr);
  EXPECT_EQ(refusal_, "a worker has not ended the capture before yet");
  WorkersLook();
  EXPECT_NE(Start("adam"), nullptr);
}

TEST_F(CaptureDeskTest, WhatCannotBeToldDoesNotStayUnderWay) {
  CaptureDesk desk([this] { return now_; },
                   [](const CaptureDesk::News&) { throw std::bad_alloc(); });
  for (int i = 0; i < 2; ++i) {
    EXPECT_THROW((void)desk.Start({{}, "eve", "{}"}), std::bad_alloc);
  }
}

TEST_F(CaptureDeskTest, RefusesWhatIsWrong) {
  const auto answer = desk_.Start({{.filter = "nonsense"}, "eve", "{}"});
  EXPECT_FALSE(std::get<CaptureRefusal>(answer).is_busy);
  EXPECT_THAT(std::get<CaptureRefusal>(answer).sentence, HasSubstr("nonsense"));
  EXPECT_THAT(news_, IsEmpty());
  EXPECT_NE(Start("eve"), nullptr);
}

}  // namespace
}  // namespace synsplice
