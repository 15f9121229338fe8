#include "io/pcap/pcapng_encoder.h"

#include <gmock/gmock.h>

#include "io/pcap/pcapng_section.h"
#include "io/pcap/pcapng_text.h"

namespace synsplice {
namespace {

using Bytes = std::vector<uint8_t>;

CaptureTime At(int64_t ns) { return CaptureTime(std::chrono::nanoseconds(ns)); }

std::string ExampleFile() {
  std::string file;
  AppendSection(file);
  AppendInterface(file, "outside", 96);
  AppendInterface(file, "inside", 96);  // libpcap wants one for all
  const Bytes bytes = {1, 2, 3};
  PcapngFrame frame{.interface = 1, .time = At(1'700'000'000'000'000'007), .bytes = bytes};
  AppendFrame(file, frame);
  frame.length = 9;
  frame.direction = PcapngFrame::Direction::kOutbound;
  frame.comment = "synsplice after: answered";
  AppendFrame(file, frame);
  AppendStatistics(file, {1, At(1'700'000'001'000'000'000), 2, 5});
  AppendStatistics(file, {0, At(1'700'000'001'000'000'000), 0, 3});
  return file;
}

TEST(PcapngEncoder, WhatItWritesIsRead) {
  const test::PcapngFile file(ExampleFile());
  auto opened = OpenRecords(file.path(), std::make_shared<ReadingPlace>());
  auto& source = *std::get<std::unique_ptr<RecordSource>>(opened);
  CaptureRecord record;
  ASSERT_TRUE(source.Next(record));
  EXPECT_EQ(source.interfaces(), (std::vector<std::string>{"outside", "inside"}));
  EXPECT_EQ(record.interface, 1u);
  EXPECT_EQ(record.seconds, 1'700'000'000);
  EXPECT_EQ(record.nanoseconds, 7u);
  EXPECT_EQ(record.comment, "");
  EXPECT_EQ(record.length, 3u);
  ASSERT_TRUE(source.Next(record));
  EXPECT_EQ(Bytes(record.bytes.begin(), record.bytes.end()), (Bytes{1, 2, 3}));
  EXPECT_EQ(record.length, 9u);
  EXPECT_EQ(record.comment, "synsplice after: answered");
  EXPECT_FALSE(source.Next(record));
  EXPECT_EQ(source.error(), "");
}

TEST(PcapngEncoder, LibpcapReadsIt) {
  const test::PcapngFile file(ExampleFile());
  char error[PCAP_ERRBUF_SIZE] = "";
  pcap_t* opened = pcap_open_offline(file.path().c_str(), error);
  ASSERT_NE(opened, nullptr) << error;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  for (const uint32_t length : {3u, 9u}) {
    ASSERT_EQ(pcap_next_ex(opened, &header, &bytes), 1) << pcap_geterr(opened);
    EXPECT_EQ(header->caplen, 3u);
    EXPECT_EQ(header->len, length);
  }
  EXPECT_EQ(pcap_next_ex(opened, &header, &bytes), PCAP_ERROR_BREAK);
  pcap_close(opened);
}

// Whole blocks of a text, one after the other; how many were understood.
size_t ReadBlocks(PcapngSection& section, std::string_view text) {
  size_t blocks = 0;
  CaptureRecord record;
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  for (std::span<const uint8_t> rest(bytes, text.size()); !rest.empty(); ++blocks) {
    const auto length = section.LengthOf(rest.first<PcapngSection::kHead>());
    if (!length || *length > rest.size()) break;
    if (section.Read(rest.first(*length), record) == PcapngSection::Outcome::kBroken) break;
    rest = rest.subspan(*length);
  }
  return blocks;
}

TEST(PcapngSection, AddsUpWhatIsMissing) {
  PcapngSection section;
  EXPECT_EQ(ReadBlocks(section, ExampleFile()), 7u);
  EXPECT_EQ(section.lost(), 8u);
}

TEST(PcapngSection, OddStatisticsAndCommentsDoNoHarm) {
  test::PcapngText text;
  text.Interface(1, "a").Block(5, "").Block(5, text.Word32(9) + std::string(8, '\0'));
  text.Block(5, text.Word32(0) + std::string(8, '\0') + text.Word16(5) + text.Word16(99));
  text.Block(6, std::string(20, '\0') + text.Word16(1) + text.Word16(99) + "comment");
  PcapngSection section;
  EXPECT_EQ(ReadBlocks(section, text.text()), 6u);
  EXPECT_EQ(section.lost(), 0u);
}

}  // namespace
}  // namespace synsplice
