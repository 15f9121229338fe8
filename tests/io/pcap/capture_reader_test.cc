#include "io/pcap/capture_reader.h"

#include <gmock/gmock.h>

#include <fstream>

#include "io/pcap/pcap_file.h"

namespace synsplice {
namespace {

using test::PcapFile;
using test::PcapRecords;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

const Bytes kIpv4 = {0x45, 0, 0, 20};
const Bytes kIpv6 = {0x60, 0, 0, 0};

CaptureReader OpenOrDie(const std::string& path, Side side = Side::kOutside) {
  auto opened = CaptureReader::Open(path, side);
  EXPECT_TRUE(std::holds_alternative<CaptureReader>(opened)) << std::get<std::string>(opened);
  return std::get<CaptureReader>(std::move(opened));
}

std::string OpenError(const std::string& path) {
  const auto opened = CaptureReader::Open(path, Side::kOutside);
  const auto* error = std::get_if<std::string>(&opened);
  return error ? *error : "no error";
}

Bytes Joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

// What the only frame of a capture of that link type becomes.
Bytes OnlyFrame(int link_type, const Bytes& bytes, Side side) {
  const PcapFile file(PcapRecords{{0, bytes}}, {link_type, true});
  CaptureReader reader = OpenOrDie(file.path(), side);
  return reader.Next().value().bytes;
}

TEST(CaptureReader, KeepsEthernetFramesAndNanoseconds) {
  const Bytes bytes = {1, 2, 3};
  const PcapFile file(PcapRecords{{1'000'000'000'123'456'789, bytes}, {5, {}}});
  CaptureReader reader = OpenOrDie(file.path(), Side::kInside);
  const CapturedFrame frame = reader.Next().value();
  EXPECT_EQ(frame.bytes, bytes);
  EXPECT_EQ(frame.side, Side::kInside);
  EXPECT_EQ(frame.missing, 0u);
  EXPECT_EQ(frame.time.time_since_epoch().count(), 1'000'000'000'123'456'789);
  EXPECT_EQ(reader.Next().value().time.time_since_epoch().count(), 5);
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.error(), "");
}

TEST(CaptureReader, ReadsMicroseconds) {
  const PcapFile file(PcapRecords{{1'000'000'001'123'456'000, {1}}}, {DLT_EN10MB, false});
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_EQ(reader.Next().value().time.time_since_epoch().count(), 1'000'000'001'123'456'000);
}

TEST(CaptureReader, GivesRawIpAnEthernetHeader) {
  const Bytes from_outside = {2, 0, 0, 0, 0, 0x0e, 2, 0, 0, 0, 0, 0x0c};
  const Bytes from_inside = {2, 0, 0, 0, 0, 0x0c, 2, 0, 0, 0, 0, 0x0e};
  EXPECT_EQ(OnlyFrame(DLT_RAW, kIpv4, Side::kOutside), Joined(Joined(from_outside, {8, 0}), kIpv4));
  EXPECT_EQ(OnlyFrame(DLT_RAW, kIpv6, Side::kInside),
            Joined(Joined(from_inside, {0x86, 0xdd}), kIpv6));
}

TEST(CaptureReader, ReplacesCookedHeaders) {
  const Bytes macs = {2, 0, 0, 0, 0, 0x0e, 2, 0, 0, 0, 0, 0x0c};
  const Bytes sll = {0, 0, 0, 1, 0, 6, 9, 9, 9, 9, 9, 9, 0, 0, 0x08, 0x00};
  EXPECT_EQ(OnlyFrame(DLT_LINUX_SLL, Joined(sll, kIpv4), Side::kOutside),
            Joined(Joined(macs, {8, 0}), kIpv4));
  const Bytes sll2 = {0x86, 0xdd, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 9, 9, 9, 9, 9, 9, 0, 0};
  EXPECT_EQ(OnlyFrame(DLT_LINUX_SLL2, Joined(sll2, kIpv6), Side::kOutside),
            Joined(Joined(macs, {0x86, 0xdd}), kIpv6));
}

TEST(CaptureReader, FrameInsideItsLinkHeaderIsEmpty) {
  const Bytes frame = OnlyFrame(DLT_LINUX_SLL, {0, 0, 0}, Side::kOutside);
  EXPECT_THAT(frame, ElementsAre(2, 0, 0, 0, 0, 0x0e, 2, 0, 0, 0, 0, 0x0c, 0, 0));
}

TEST(CaptureReader, TellsWhatTheSnapshotLengthCutOff) {
  const PcapFile file(PcapRecords{{0, {1, 2, 3}, 1500}});
  EXPECT_EQ(OpenOrDie(file.path()).Next().value().missing, 1497u);
}

TEST(CaptureReader, RefusesOtherLinkTypes) {
  const PcapFile file(PcapRecords{}, {DLT_IEEE802_11, true});
  EXPECT_THAT(OpenError(file.path()), HasSubstr("link type '802.11' is not"));
}

TEST(CaptureReader, RefusesWhatIsNoCapture) {
  const std::string path = PcapFile::NewPath();
  EXPECT_THAT(OpenError(path), HasSubstr("cannot read the capture"));
  std::ofstream(path) << "this is no capture, but it is long enough to be one";
  EXPECT_THAT(OpenError(path), HasSubstr("cannot read the capture"));
  std::filesystem::remove(path);
}

// Nanoseconds since 1970 would overflow, or the core's clock start before its zero.
TEST(CaptureReader, RefusesTimesThatNoClockShows) {
  const PcapFile file(PcapRecords{{-1'000'000'000, {1}}});
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.error(), HasSubstr("a time before 1970"));
}

TEST(CaptureReader, TellsThatTheFileIsTruncated) {
  const PcapFile file(PcapRecords{{0, {1, 2, 3}}, {1, {4, 5, 6}}});
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 2);
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.error(), HasSubstr("truncated"));
}

}  // namespace
}  // namespace synsplice
