#include "replay/output_capture.h"

#include <gmock/gmock.h>

#include <tuple>

#include "io/pcap/pcap_file.h"

namespace synsplice {
namespace {

using test::TemporaryPath;
using ::testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

CaptureTime Nanoseconds(int64_t ns) { return CaptureTime(std::chrono::nanoseconds(ns)); }

// What a file holds: the interface's name, the time and the bytes of each frame.
using Frames = std::vector<std::tuple<std::string, int64_t, Bytes>>;

Frames ReadAll(const std::string& path) {
  auto opened = OpenRecords(path, std::make_shared<ReadingPlace>());
  auto& source = *std::get<std::unique_ptr<RecordSource>>(opened);
  Frames frames;
  for (CaptureRecord record; source.Next(record);) {
    frames.emplace_back(source.interfaces()[record.interface],
                        record.seconds * 1'000'000'000 + record.nanoseconds,
                        Bytes(record.bytes.begin(), record.bytes.end()));
    EXPECT_EQ(record.length, record.bytes.size());
  }
  EXPECT_EQ(source.error(), "");
  return frames;
}

constexpr int64_t kSecond = 1'000'000'000;

void WriteExample(const std::vector<std::string>& paths) {
  auto created = OutputCapture::Create(paths);
  auto& capture = std::get<OutputCapture>(created);
  const CapturedFrame input;
  const Bytes one = {1}, two = {2}, three = {3}, made = {4, 4, 4, 4, 4};
  const auto judge = [&](int64_t ns, Side side, Verdict verdict, const Bytes& output) {
    capture.OnJudged({Nanoseconds(kSecond + ns), side, false, input, verdict, output, {}, {}});
  };
  judge(1, Side::kOutside, Verdict::Forward(), one);
  judge(2, Side::kInside, Verdict::Bounce(), two);
  for (const Verdict gone : {Verdict::Hold(0), Verdict::Consumed(), Verdict::Drop(Reason::kLand)}) {
    judge(3, Side::kOutside, gone, three);
  }
  judge(4, Side::kInside, Verdict::Forward(), two);
  capture.OnMade({Nanoseconds(kSecond + 5), true, Side::kInside, made});
  capture.OnHeldEnd(Outbox::SlotEvent::Kind::kRelease, 1);
  EXPECT_EQ(capture.Commit(), "");
}

TEST(OutputCapture, OneFileHasAnInterfaceForEachSide) {
  const TemporaryPath path;
  WriteExample({path});
  EXPECT_EQ(ReadAll(path), (Frames{{"inside", kSecond + 1, {1}},
                                   {"inside", kSecond + 2, {2}},
                                   {"outside", kSecond + 4, {2}},
                                   {"inside", kSecond + 5, {4, 4, 4, 4, 4}}}));
}

TEST(OutputCapture, TwoFilesHaveASideEach) {
  const TemporaryPath outside, inside;
  WriteExample({outside, inside});
  EXPECT_EQ(ReadAll(outside), (Frames{{"outside", kSecond + 4, {2}}}));
  EXPECT_EQ(ReadAll(inside), (Frames{{"inside", kSecond + 1, {1}},
                                     {"inside", kSecond + 2, {2}},
                                     {"inside", kSecond + 5, {4, 4, 4, 4, 4}}}));
}

TEST(OutputCapture, TellsWhyItCannotWrite) {
  const auto created = OutputCapture::Create({"/nonexistent/out.pcap"});
  EXPECT_THAT(std::get<std::string>(created), HasSubstr("/nonexistent/out.pcap"));
}

}  // namespace
}  // namespace synsplice
