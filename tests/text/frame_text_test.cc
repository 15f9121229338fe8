#include "text/frame_text.h"

#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "support/fragment_frames.h"
#include "support/icmp_frame.h"
#include "support/neighbour_frame.h"

namespace synsplice {
namespace {

using test::Bytes;
using test::IcmpError;
using test::NeighbourFrame;
using test::TcpFrame;

TcpFrame Syn(bool v6 = false, size_t tags = 0) {
  TcpFrame frame = test::ExampleFrame(v6, tags);
  frame.options = {};
  frame.payload = "";
  frame.flags = test::kS;
  frame.seq = 1000;
  frame.ack = 0;
  frame.window = 500;
  return frame;
}

TEST(FrameText, NamesMacsTagsAndEndpoints) {
  EXPECT_EQ(FrameText(Syn().Build(), false),
            "198.18.0.12:40000 > 198.18.0.10:80 S seq 1000 win 500");
  EXPECT_EQ(FrameText(Syn(true, 2).Build(), true),
            "02:00:00:00:00:0c > 02:00:00:00:00:0e vlan 291,1110 "
            "[2001:db8::c]:40000 > [2001:db8::10]:80 S seq 1000 win 500");
  EXPECT_EQ(FrameText(Syn(false, 1).Build(), false).substr(0, 9), "vlan 291 ");
}

TEST(FrameText, TellsPaddingAndWhatIsBroken) {
  Bytes frame = Syn().Build();
  frame.resize(60);
  EXPECT_EQ(FrameText(frame, false), "198.18.0.12:40000 > 198.18.0.10:80 S seq 1000 win 500 pad 6");
  frame = Syn().Build();
  frame[46] = 0x40;  // data offset 4
  EXPECT_EQ(FrameText(frame, false),
            "198.18.0.12:40000 > 198.18.0.10:80 protocol 6 [bad_tcp_offset]");
}

TEST(FrameText, ReadsNeighbourMessages) {
  NeighbourFrame request;
  request.sender = *ParseAddress("198.18.0.2");
  request.sender_mac = *ParseMac("02:00:00:00:00:0c");
  request.asked = *ParseAddress("198.18.0.10");
  EXPECT_EQ(FrameText(request.Build(), false), "who has 198.18.0.10 tell 198.18.0.2");
  request.answer = true;
  EXPECT_EQ(FrameText(request.Build(), false), "198.18.0.2 is at 02:00:00:00:00:0c");
}

TEST(FrameText, ReadsIcmpErrors) {
  IcmpError error;
  error.source = *ParseAddress("198.18.0.1");
  error.destination = *ParseAddress("198.18.0.12");
  error.quoted = Syn();
  EXPECT_EQ(FrameText(error.Build(), false),
            "198.18.0.1 > 198.18.0.12 ICMP type 3 code 1 "
            "[quotes 198.18.0.12:40000 > 198.18.0.10:80 seq 1000]");
  error.code = 4;
  error.rest = 1400;
  EXPECT_EQ(FrameText(error.Build(), false),
            "198.18.0.1 > 198.18.0.12 ICMP type 3 code 4 mtu 1400 "
            "[quotes 198.18.0.12:40000 > 198.18.0.10:80 seq 1000]");
}

TEST(FrameText, TellsFragments) {
  for (const bool v6 : {false, true}) {
    TcpFrame frame = Syn(v6);
    frame.flags = test::kA;
    frame.payload = std::string(100, 'f');
    const auto parts = test::FragmentsOf(frame, 80, 7);
    const std::string pair =
        v6 ? "[2001:db8::c]:40000 > [2001:db8::10]:80" : "198.18.0.12:40000 > 198.18.0.10:80";
    EXPECT_EQ(FrameText(parts[0], false), pair + " frag 7:80@0+ . seq 1000 ack 0 win 500 len 60");
    const std::string addresses = v6 ? "2001:db8::c > 2001:db8::10" : "198.18.0.12 > 198.18.0.10";
    EXPECT_EQ(FrameText(parts[1], false), addresses + " frag 7:40@80 protocol 6");
  }
}

TEST(FrameText, NamesWhateverElseComes) {
  Bytes frame(20);
  frame[12] = 0x88, frame[13] = 0xcc;
  EXPECT_EQ(FrameText(frame, false), "ethertype 0x88cc len 6");
  EXPECT_EQ(FrameText(Bytes(13), true), "13 bytes of Ethernet");
  EXPECT_EQ(FrameText({}, true), "0 bytes of Ethernet");
  Bytes udp = Syn().Build();
  udp[23] = 17;
  EXPECT_EQ(FrameText(udp, false), "198.18.0.12 > 198.18.0.10 protocol 17 len 20");
}

// Never reads past the end, whatever the length: the sanitizer build watches.
TEST(FrameText, TakesEveryPrefixOfAFrame) {
  for (const bool v6 : {false, true}) {
    const Bytes whole = test::ExampleFrame(v6, 2).Build();
    for (size_t length = 0; length <= whole.size(); ++length) {
      const Bytes prefix(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length));
      EXPECT_NE(FrameText(prefix, true), "") << length;
      EXPECT_NE(OutputText(whole, prefix, true), "") << length;
    }
  }
}

TEST(OutputText, LeavesOutWhatFollowsFromTheInput) {
  const TcpFrame input = Syn();
  EXPECT_EQ(OutputText(input.Build(), input.Build(), false), "unchanged");
  TcpFrame output = input;
  output.seq = 7;
  EXPECT_EQ(OutputText(output.Build(), input.Build(), false), "S seq 7 win 500");
  std::swap(output.source, output.destination);
  std::swap(output.source_mac, output.destination_mac);
  EXPECT_EQ(OutputText(output.Build(), input.Build(), true), "S seq 7 win 500");
}

TEST(OutputText, TellsWhatDoesNotFollow) {
  const TcpFrame input = Syn();
  TcpFrame output = input;
  output.destination = *ParseEndpoint("198.18.0.11:8080");
  EXPECT_EQ(OutputText(output.Build(), input.Build(), false),
            "198.18.0.12:40000 > 198.18.0.11:8080 S seq 1000 win 500");
  output = input;
  output.destination_mac = *ParseMac("02:00:00:00:00:11");
  output.tags = {5};
  EXPECT_EQ(OutputText(output.Build(), input.Build(), false),
            "02:00:00:00:00:0c > 02:00:00:00:00:11 vlan 5 S seq 1000 win 500");
  output = input;
  output.tags = {0, 5, 7};
  EXPECT_EQ(OutputText(output.Build(), input.Build(), false), "vlan 0,5,7 S seq 1000 win 500");
}

TEST(FrameText, TooManyTags) {
  TcpFrame frame = Syn();
  frame.tags.assign(9, 0);
  EXPECT_EQ(FrameText(frame.Build(), false),
            "vlan 0,0,0,0,0,0,0,0,... (9 tags) 198.18.0.12:40000 > 198.18.0.10:80 protocol 6 "
            "[too_many_tags]");
  frame.tags.assign(257, 0);
  EXPECT_EQ(FrameText(frame.Build(), false), "[too_many_tags]");
}

}  // namespace
}  // namespace synsplice
