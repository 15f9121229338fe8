#include "io/pcap/merged_capture.h"

#include <gmock/gmock.h>

#include "io/pcap/pcap_file.h"
#include "io/pcap/pcapng_text.h"

namespace synsplice {
namespace {

using test::PcapFile;
using test::PcapngFile;
using test::PcapngText;
using test::PcapRecords;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

MergedCapture OpenOrDie(const std::string& outside, const std::string& inside) {
  auto opened = MergedCapture::Open(outside, inside);
  EXPECT_TRUE(std::holds_alternative<MergedCapture>(opened)) << std::get<std::string>(opened);
  return std::get<MergedCapture>(std::move(opened));
}

// The first byte of every frame, in order.
std::vector<int> Order(MergedCapture& capture) {
  std::vector<int> order;
  while (const auto frame = capture.Next()) order.push_back(frame->bytes[0]);
  return order;
}

TEST(MergedCapture, MergesByTime) {
  const PcapFile outside(PcapRecords{{10, {1}}, {30, {3}}});
  const PcapFile inside(PcapRecords{{20, {2}}, {40, {4}}});
  MergedCapture capture = OpenOrDie(outside.path(), inside.path());
  EXPECT_EQ(capture.start().time_since_epoch().count(), 10);
  EXPECT_THAT(Order(capture), ElementsAre(1, 2, 3, 4));
}

TEST(MergedCapture, OutsideGoesFirstAtEqualTimes) {
  const PcapFile outside(PcapRecords{{10, {1}}, {10, {2}}});
  const PcapFile inside(PcapRecords{{10, {3}}, {10, {4}}});
  MergedCapture capture = OpenOrDie(outside.path(), inside.path());
  EXPECT_THAT(Order(capture), ElementsAre(1, 2, 3, 4));
}

TEST(MergedCapture, KeepsTheOrderOfAFileWhoseTimeStepsBack) {
  const PcapFile outside(PcapRecords{{50, {1}}, {10, {2}}});
  const PcapFile inside(PcapRecords{{20, {3}}, {60, {4}}});
  MergedCapture capture = OpenOrDie(outside.path(), inside.path());
  EXPECT_THAT(Order(capture), ElementsAre(3, 1, 2, 4));
}

TEST(MergedCapture, OneSideIsEnough) {
  const PcapFile inside(PcapRecords{{7, {1}}});
  MergedCapture capture = OpenOrDie("", inside.path());
  EXPECT_EQ(capture.Next().value().side, Side::kInside);
  EXPECT_FALSE(capture.Next());
}

TEST(MergedCapture, NoFramesStartIn1970) {
  const PcapFile outside(PcapRecords{});
  EXPECT_EQ(OpenOrDie(outside.path(), "").start(), CaptureTime{});
}

TEST(MergedCapture, OneFileHoldsBothSidesByInterface) {
  const PcapngFile file(
      PcapngText().Interface(1, "a").Interface(1, "b").Packet(1, 5, {1}).Packet(0, 6, {2}));
  auto opened = MergedCapture::Open("", file.path(), "a");
  auto& capture = std::get<MergedCapture>(opened);
  EXPECT_THAT(capture.interfaces(), ElementsAre("a", "b"));
  EXPECT_EQ(capture.Next().value().side, Side::kInside);
  EXPECT_EQ(capture.Next().value().side, Side::kOutside);
}

TEST(MergedCapture, PassesErrorsOn) {
  const auto opened = MergedCapture::Open("", "/nonexistent/inside.pcap");
  EXPECT_THAT(std::get<std::string>(opened), HasSubstr("/nonexistent/inside.pcap"));

  const PcapFile outside(PcapRecords{{1, {1, 2, 3}}, {2, {1, 2, 3}}});
  std::filesystem::resize_file(outside.path(), std::filesystem::file_size(outside.path()) - 1);
  MergedCapture capture = OpenOrDie(outside.path(), "");
  EXPECT_TRUE(capture.Next());
  EXPECT_FALSE(capture.Next());
  EXPECT_THAT(capture.error(), HasSubstr("truncated"));
}

}  // namespace
}  // namespace synsplice
