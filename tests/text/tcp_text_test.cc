#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "text/frame_text.h"

namespace synsplice {
namespace {

using test::Bytes;
using test::TcpFrame;

std::string TextOf(const Bytes& bytes) { return TcpText(ParsedFrame(bytes).packet); }

TcpFrame Plain(uint8_t flags) {
  TcpFrame frame = test::ExampleFrame(false, 0);
  frame.options = {};
  frame.payload = "";
  frame.flags = flags;
  frame.seq = 1;
  frame.ack = 0;
  frame.window = 3;
  return frame;
}

TEST(TcpText, FlagsAreTcpdumpsLetters) {
  EXPECT_EQ(TextOf(Plain(0).Build()), "none seq 1 win 3");
  EXPECT_EQ(TextOf(Plain(0xff).Build()), "FSRP.UEW seq 1 ack 0 win 3");
}

TEST(TcpText, AckWithoutItsFlagIsOnlyAField) {
  TcpFrame frame = Plain(test::kR);
  frame.ack = 77;
  EXPECT_EQ(TextOf(frame.Build()), "R seq 1 (ack field 77) win 3");
}

TEST(TcpText, OptionsInTheirOrder) {
  TcpFrame frame = Plain(test::kS);
  frame.raw_options = {2, 4, 5, 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7};
  EXPECT_EQ(TextOf(frame.Build()), "S seq 1 win 3 <mss 1460,sackOK,TS 1 2,wscale 7>");
  frame.raw_options = {5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0};
  EXPECT_EQ(TextOf(frame.Build()), "S seq 1 win 3 <sack 1:2>");
}

TEST(TcpText, UnknownKindsAndOddLengthsAreNamedByNumber) {
  TcpFrame frame = Plain(test::kS);
  frame.raw_options = {34, 4, 0, 0, 2, 3, 0, 0};
  EXPECT_EQ(TextOf(frame.Build()), "S seq 1 win 3 <option 34 length 4,option 2 length 3>");
}

TEST(TcpText, TellsPayloadAndWrongChecksums) {
  TcpFrame frame = Plain(test::kA);
  frame.payload = "hello";
  Bytes bytes = frame.Build();
  EXPECT_EQ(TextOf(bytes), ". seq 1 ack 0 win 3 len 5");
  bytes.back() ^= 1;
  EXPECT_EQ(TextOf(bytes), ". seq 1 ack 0 win 3 len 5 [bad_tcp_checksum]");
  bytes[24] ^= 1;
  EXPECT_EQ(TextOf(bytes), ". seq 1 ack 0 win 3 len 5 [bad_ip_checksum]");
}

}  // namespace
}  // namespace synsplice
