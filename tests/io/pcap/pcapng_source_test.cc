#include "io/pcap/pcapng_source.h"

#include <gmock/gmock.h>

#include "io/pcap/pcapng_text.h"

namespace synsplice {
namespace {

using test::PcapngFile;
using test::PcapngText;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr uint8_t kMicroseconds = 6, kBinary = 0x80;

// All records as "interface@seconds.nanoseconds:bytes", and what was wrong.
std::vector<std::string> LinesOf(const std::string& text) {
  const PcapngFile file(text);
  PcapngSource source(OpenCaptureFile(file.path()));
  std::vector<std::string> records;
  for (CaptureRecord record; source.Next(record);) {
    std::string line = std::to_string(record.interface) + "@" + std::to_string(record.seconds) +
                       "." + std::to_string(record.nanoseconds) + ":";
    for (const uint8_t byte : record.bytes) line += std::to_string(byte);
    records.push_back(line);
  }
  if (!source.error().empty()) records.push_back(source.error());
  return records;
}

TEST(PcapngSource, ReadsEitherByteOrder) {
  for (const bool big_endian : {false, true}) {
    PcapngText text(big_endian);
    text.Interface(1, "a").Interface(1, "b", kMicroseconds);
    text.Packet(0, 5'000'000'007, {1}).Packet(1, 3'000'009, {2, 3});
    EXPECT_THAT(LinesOf(text.text()), ElementsAre("0@5.7:1", "1@3.9000:23"));
  }
}

TEST(PcapngSource, ReadsTimesOfAnyResolution) {
  PcapngText text;
  text.Interface(1, "", 0)
      .Interface(1, "", kBinary | 1)
      .Interface(1, "", 19)
      .Interface(1, "", 3, 7);
  text.Packet(0, uint64_t{1} << 33, {}).Packet(1, 5, {});
  text.Packet(2, 10'000'000'000'000'000'001u, {}).Packet(3, 2004, {});
  EXPECT_THAT(LinesOf(text.text()),
              ElementsAre("0@8589934592.0:", "1@2.500000000:", "2@1.0:", "3@9.4000000:"));
}

// They have no time: that of the frame before is nearest.
TEST(PcapngSource, ReadsOldAndSimplePackets) {
  PcapngText text;
  text.Interface(1, "").Packet(0, 1'000'000'001, {1}, 2);
  text.Block(3, text.Word32(2) + std::string("\x04\x05"));
  EXPECT_THAT(LinesOf(text.text()), ElementsAre("0@1.1:1", "0@1.1:45"));
}

TEST(PcapngSource, ASectionHasInterfacesOfItsOwn) {
  PcapngText text;
  text.Interface(1, "").Packet(0, 1, {1}).Section().Packet(0, 1, {1});
  EXPECT_THAT(LinesOf(text.text()), ElementsAre("0@0.1:1", HasSubstr("no interface")));
}

TEST(PcapngSource, PassesOverOtherBlocks) {
  PcapngText text;
  text.Block(5, "statistics").Block(0x80000001, "").Interface(1, "").Packet(0, 1, {1});
  EXPECT_THAT(LinesOf(text.text()), ElementsAre("0@0.1:1"));
}

TEST(PcapngSource, NamesWhatIsBroken) {
  const auto broken = [](const PcapngText& text) { return LinesOf(text.text()).back(); };
  EXPECT_THAT(broken(PcapngText().Interface(1, "", 20)), HasSubstr("too fine"));
  EXPECT_THAT(broken(PcapngText().Interface(1, "", kBinary | 64)), HasSubstr("too fine"));
  EXPECT_THAT(broken(PcapngText().Block(1, "abcd")), HasSubstr("interface that is too short"));
  EXPECT_THAT(broken(PcapngText().Block(1, std::string(8, '\0') + std::string("\2\0\xff\0", 4))),
              HasSubstr("option past"));
  EXPECT_THAT(broken(PcapngText().Interface(1, "").Block(6, std::string(16, '\0'))),
              HasSubstr("packet that is too short"));
  EXPECT_THAT(broken(PcapngText().Interface(1, "").Block(6, std::string(12, '\0') + "long....")),
              HasSubstr("packet past"));
  EXPECT_THAT(broken(PcapngText().Block(3, std::string(4, '\0'))), HasSubstr("no interface"));
  const std::string good = PcapngText().text();
  EXPECT_THAT(LinesOf(good.substr(0, 20)), ElementsAre(HasSubstr("truncated")));
  EXPECT_THAT(LinesOf(good.substr(0, 8) + "abcd"), ElementsAre(HasSubstr("byte order")));
  EXPECT_THAT(LinesOf(good + std::string("\1\0\0\0\x0b\0\0\0\0\0\0\0", 12)),
              ElementsAre(HasSubstr("impossible length")));
  EXPECT_THAT(LinesOf(good + std::string("\1\0\0\0\0\0\0\x40\0\0\0\0", 12)),
              ElementsAre(HasSubstr("impossible length")));
}

}  // namespace
}  // namespace synsplice
