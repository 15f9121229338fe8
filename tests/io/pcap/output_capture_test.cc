#include "io/pcap/output_capture.h"

#include <gmock/gmock.h>

#include "io/pcap/pcap_file.h"

namespace synsplice {
namespace {

using test::PcapFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Bytes = std::vector<uint8_t>;

CaptureTime Nanoseconds(int64_t ns) { return CaptureTime(std::chrono::nanoseconds(ns)); }

std::vector<std::pair<int64_t, Bytes>> ReadAll(const std::string& path) {
  auto opened = CaptureReader::Open(path, Side::kOutside);
  auto& reader = std::get<CaptureReader>(opened);
  std::vector<std::pair<int64_t, Bytes>> frames;
  while (const auto frame = reader.Next()) {
    frames.emplace_back(frame->time.time_since_epoch().count(), frame->bytes);
  }
  return frames;
}

TEST(OutputCapture, WritesWhatLeavesAndNothingElse) {
  const std::string path = PcapFile::NewPath();
  {
    auto created = OutputCapture::Create(path);
    OutputCapture& capture = *std::get<std::unique_ptr<OutputCapture>>(created);
    const CapturedFrame input;
    const Bytes one = {1}, two = {2}, three = {3}, made = {4};
    const int64_t second = 1'000'000'000;
    capture.OnJudged(
        {Nanoseconds(second + 1), Side::kOutside, false, input, Verdict::Forward(), one, {}, {}});
    capture.OnJudged(
        {Nanoseconds(second + 2), Side::kInside, false, input, Verdict::Bounce(), two, {}, {}});
    for (const Verdict gone :
         {Verdict::Hold(0), Verdict::Consumed(), Verdict::Drop(Reason::kLand)}) {
      capture.OnJudged(
          {Nanoseconds(second + 3), Side::kOutside, false, input, gone, three, {}, {}});
    }
    capture.OnMade({Nanoseconds(second + 4), true, Side::kInside, made});
    capture.OnHeldEnd(Outbox::SlotEvent::Kind::kRelease, 1);
    EXPECT_TRUE(capture.Flush());
    EXPECT_THAT(ReadAll(path),
                ElementsAre(Pair(second + 1, one), Pair(second + 2, two), Pair(second + 4, made)));
  }
  std::filesystem::remove(path);
}

TEST(OutputCapture, TellsWhyItCannotWrite) {
  const auto created = OutputCapture::Create("/nonexistent/out.pcap");
  EXPECT_THAT(std::get<std::string>(created), HasSubstr("/nonexistent/out.pcap"));
}

TEST(OutputCapture, TellsThatTheDiskIsFull) {
  auto created = OutputCapture::Create("/dev/full");
  OutputCapture& capture = *std::get<std::unique_ptr<OutputCapture>>(created);
  EXPECT_FALSE(capture.Flush());
}

}  // namespace
}  // namespace synsplice
