#include "io/pcap/capture_reader.h"

#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "io/pcap/pcap_file.h"
#include "io/pcap/pcapng_encoder.h"
#include "io/pcap/pcapng_text.h"

namespace synsplice {
namespace {

using test::PcapFile;
using test::PcapngFile;
using test::PcapngText;
using test::PcapRecords;
using test::TemporaryPath;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Bytes = std::vector<uint8_t>;

CaptureReader OpenOrDie(const std::string& path, Side side = Side::kOutside,
                        const std::string& outside_interface = {}) {
  auto opened = CaptureReader::Open(path, side, outside_interface);
  EXPECT_TRUE(std::holds_alternative<CaptureReader>(opened)) << std::get<std::string>(opened);
  return std::get<CaptureReader>(std::move(opened));
}

std::string OpenError(const std::string& path, const std::string& outside_interface = {}) {
  const auto opened = CaptureReader::Open(path, Side::kOutside, outside_interface);
  const auto* error = std::get_if<std::string>(&opened);
  return error ? *error : "no error";
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

TEST(CaptureReader, KnowsHowFarItHasRead) {
  const PcapFile file(PcapRecords{{0, Bytes(100'000)}, {1, Bytes(100'000)}});
  CaptureReader reader = OpenOrDie(file.path());
  const uint64_t size = std::filesystem::file_size(file.path());
  EXPECT_EQ(reader.place().size, size);
  EXPECT_LT(reader.place().read, size);
  while (reader.Next()) {
  }
  EXPECT_EQ(reader.place().read, size);
}

TEST(CaptureReader, ReadsMicroseconds) {
  const PcapFile file(PcapRecords{{1'000'000'001'123'456'000, {1}}}, {DLT_EN10MB, false});
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_EQ(reader.Next().value().time.time_since_epoch().count(), 1'000'000'001'123'456'000);
}

TEST(CaptureReader, PadsWhatTheSnapshotLengthCutOff) {
  const PcapFile file(PcapRecords{{0, {1, 2, 3}, 6}, {1, {7}, 1u << 31}, {2, {1, 2, 3}, 2}});
  CaptureReader reader = OpenOrDie(file.path());
  const CapturedFrame cut = reader.Next().value();
  EXPECT_EQ(cut.bytes, (Bytes{1, 2, 3, 0, 0, 0}));
  EXPECT_EQ(cut.missing, 3u);
  // A length that no frame has is not believed.
  EXPECT_LT(reader.Next().value().bytes.size(), 70'000u);
  EXPECT_EQ(reader.Next().value().missing, 0u);
}

TEST(CaptureReader, PaddingCountsFromTheLinkTypesOwnHeader) {
  const PcapFile file(PcapRecords{{0, {2, 0, 0, 0, 0x45}, 8}}, {DLT_NULL, true});
  const CapturedFrame frame = OpenOrDie(file.path()).Next().value();
  EXPECT_EQ(frame.bytes.size(), 14u + 4u);
  EXPECT_EQ(frame.missing, 3u);
}

TEST(CaptureReader, NumbersFramesFromOne) {
  const PcapFile file(PcapRecords{{5, {1}}, {3, {2}}});
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_EQ(reader.Next().value().number, 1u);
  EXPECT_EQ(reader.Next().value().number, 2u);
}

TEST(CaptureReader, RefusesOtherLinkTypes) {
  const PcapFile file(PcapRecords{{0, {1}}}, {DLT_IEEE802_11, true});
  EXPECT_THAT(OpenError(file.path()), HasSubstr("link type '802.11' is not"));
}

// 32 unsigned bits of seconds.
TEST(CaptureReader, ReadsTimesUntil2106) {
  const int64_t late = int64_t{0xffffffff} * 1'000'000'000;
  const PcapFile file(PcapRecords{{late, {1}}, {int64_t{0x80000000} * 1'000'000'000 + 5, {1}}});
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_EQ(reader.Next().value().time.time_since_epoch().count(), late);
  EXPECT_EQ(reader.Next().value().time.time_since_epoch().count(),
            int64_t{0x80000000} * 1'000'000'000 + 5);
}

TEST(CaptureReader, RefusesWhatIsNoCapture) {
  const TemporaryPath path;
  EXPECT_THAT(OpenError(path), HasSubstr("cannot read the capture"));
  std::ofstream(std::string(path)) << "this is no capture, but it is long enough to be one";
  EXPECT_THAT(OpenError(path), HasSubstr("cannot read the capture"));
}

// Nanoseconds since 1970 would overflow, or the core's clock start before its zero.
TEST(CaptureReader, RefusesTimesThatNoClockShows) {
  const PcapngFile file(PcapngText().Interface(1, "", 0).Packet(0, uint64_t{1} << 40, {1}));
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.error(), HasSubstr("a time before 1970"));
}

// Ethernet and BSD loopback beside each other: libpcap would refuse the file.
TEST(CaptureReader, AnInterfaceOfPcapngIsOutsideAllOthersInside) {
  const PcapngFile file(PcapngText().Interface(1, "eth0").Interface(0, "").Packet(0, 5, {1}).Packet(
      1, 4, {2, 0, 0, 0, 0x45}));
  for (const char* name : {"eth0", "0"}) {
    CaptureReader reader = OpenOrDie(file.path(), Side::kInside, name);
    EXPECT_EQ(reader.Next().value().side, Side::kOutside);
    EXPECT_EQ(reader.Next().value().side, Side::kInside);
    EXPECT_THAT(reader.interfaces(), ElementsAre("eth0", "1"));
  }
  EXPECT_EQ(OpenOrDie(file.path(), Side::kInside).Next().value().side, Side::kInside);
}

TEST(CaptureReader, TellsWhichInterfacesThereAre) {
  const PcapngFile file(PcapngText().Interface(1, "eth0").Interface(1, "").Packet(0, 5, {1}));
  EXPECT_THAT(OpenError(file.path(), "eth9"), HasSubstr("no interface 'eth9': it has eth0, 1"));
  const PcapFile plain(PcapRecords{{0, {1}}});
  EXPECT_THAT(OpenError(plain.path(), "eth0"), HasSubstr("only pcapng files"));
}

TEST(CaptureReader, ReadsWhatGzipCompressed) {
  const PcapFile file(PcapRecords{{0, {1, 2, 3}}, {1, {4}}});
  const TemporaryPath path;
  ASSERT_EQ(std::system(("gzip -c " + file.path() + " > " + std::string(path)).c_str()), 0);
  CaptureReader reader = OpenOrDie(path);
  EXPECT_EQ(reader.Next().value().bytes, (Bytes{1, 2, 3}));
  EXPECT_EQ(reader.Next().value().bytes, (Bytes{4}));
  EXPECT_FALSE(reader.Next());
  EXPECT_EQ(reader.error(), "");
  std::filesystem::resize_file(std::string(path), 40);
  EXPECT_THAT(OpenError(path), HasSubstr("cannot read the capture"));
}

TEST(CaptureReader, TellsThatTheFileIsTruncated) {
  const PcapFile file(PcapRecords{{0, {1, 2, 3}}, {1, {4, 5, 6}}});
  std::filesystem::resize_file(file.path(), std::filesystem::file_size(file.path()) - 2);
  CaptureReader reader = OpenOrDie(file.path());
  EXPECT_TRUE(reader.Next());
  EXPECT_FALSE(reader.Next());
  EXPECT_THAT(reader.error(), HasSubstr("truncated"));
}

// A capture of our own: the side of each frame, and what arrived only.
class OwnCapture {
 public:
  OwnCapture() {
    AppendSection(text_);
    for (const char* name : {"outside", "inside"}) AppendInterface(text_, name);
    Add(0, "synsplice before: answered");
    Add(0, "synsplice after: answered");
    Add(1, "synsplice before: dropped: land");
    Add(1, "synsplice again: dropped: land");
    Add(1, "of somebody else");
  }
  const std::string& text() const { return text_; }

 private:
  void Add(uint32_t interface, const char* comment) {
    const Bytes bytes = {7};
    AppendFrame(text_, {.interface = interface, .bytes = bytes, .comment = comment});
  }

  std::string text_;
};

TEST(CaptureReader, ACaptureOfOurOwnTellsTheSides) {
  const PcapngFile file(OwnCapture().text());
  CaptureReader reader = OpenOrDie(file.path(), Side::kInside);
  EXPECT_TRUE(reader.tells_sides());
  std::vector<std::pair<uint64_t, Side>> frames;
  while (const auto frame = reader.Next()) frames.emplace_back(frame->number, frame->side);
  EXPECT_THAT(frames, ElementsAre(std::pair(1u, Side::kOutside), std::pair(3u, Side::kInside),
                                  std::pair(5u, Side::kInside)));
  EXPECT_EQ(reader.error(), "");
}

TEST(CaptureReader, WhoeverNamesAnInterfaceKnowsBetter) {
  const PcapngFile file(OwnCapture().text());
  CaptureReader reader = OpenOrDie(file.path(), Side::kOutside, "inside");
  EXPECT_FALSE(reader.tells_sides());
  EXPECT_EQ(reader.Next()->side, Side::kInside);
  EXPECT_EQ(reader.Next()->side, Side::kOutside);
}

}  // namespace
}  // namespace synsplice
