// What is no service's traffic is bridged bit for bit; what is broken and a service's, dropped.
#include "proxy/bridge.h"

#include "support/bytes.h"
#include "support/dialogue.h"
#include "support/example_frames.h"
#include "support/icmp_frame.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

class Bridge : public DialogueTest {
 protected:
  void ExpectBridged(Side side, const Bytes& frame) {
    EXPECT_EQ(harness_.Feed(side, frame), Verdict::Forward());
    EXPECT_EQ(harness_.Take(Other(side)), std::vector<Bytes>{frame});
    EXPECT_TRUE(harness_.IsQuiet());
  }
  void ExpectBridgedBothWays(const Bytes& frame) {
    ExpectBridged(Side::kOutside, frame);
    ExpectBridged(Side::kInside, frame);
  }

  ProxyHarness harness_{TransparentConfig()};
  Dialogue dialogue_{harness_};
};

TEST_F(Bridge, OtherTrafficPassesBitForBit) {
  TcpFrame other_port = dialogue_.Syn();
  other_port.destination.port = 22;
  ExpectBridgedBothWays(other_port.Build());
  Bytes udp = dialogue_.Syn().Build();
  udp[14 + 9] = 17;
  ExpectBridgedBothWays(udp);
  Bytes udp_fragment = udp;
  Set16(udp_fragment, 20, 0x2001);
  ExpectBridgedBothWays(udp_fragment);
  IcmpError echo;
  echo.source = dialogue_.client.address;
  echo.destination = dialogue_.listener.address;
  ExpectBridgedBothWays(BuildEcho(echo, 56));
  Bytes unknown = udp;
  Set16(unknown, 12, 0x88cc);
  ExpectBridgedBothWays(unknown);
  EXPECT_EQ(harness_.Count(Event::kBridged), 10u);
}

TEST_F(Bridge, PaddingTooShortAndEmptyFrames) {
  TcpFrame other_port = dialogue_.Syn();
  other_port.destination.port = 22;
  Bytes padded = other_port.Build();
  padded.resize(padded.size() + 20, 0xaa);
  ExpectBridgedBothWays(padded);
  for (size_t length = 0; length < 34; ++length) {
    ExpectBridgedBothWays(Bytes(padded.begin(), padded.begin() + static_cast<ptrdiff_t>(length)));
  }
}

TEST_F(Bridge, BrokenFramesOfOthersPass) {
  TcpFrame other = dialogue_.Syn();
  other.destination = *ParseEndpoint("198.18.0.99:80");
  Bytes frame = other.Build();
  frame[TcpOffset(other) + 12] = 0x10;
  ExpectBridgedBothWays(frame);
  TcpFrame other_port = dialogue_.Syn();
  other_port.destination.port = 22;
  frame = other_port.Build();
  frame[TcpOffset(other_port) + 12] = 0x10;
  ExpectBridgedBothWays(frame);
}

struct BrokenCase {
  size_t offset;
  uint8_t value;
  Reason reason;
};

// Frames to the service that are not what they claim (offsets from the Ethernet header).
TEST_F(Bridge, BrokenFramesToTheServiceAreDroppedByName) {
  constexpr BrokenCase kCases[] = {
      {14, 0x43, Reason::kBadIpHeader},
      {16, 0x7f, Reason::kBadIpLength},
      {21, 0x01, Reason::kTinyFragment},
      {14 + 20 + 12, 0x40, Reason::kBadTcpOffset},
      {14 + 20 + 12, 0xf0, Reason::kBadTcpOffset},
      {14 + 20 + 20 + 1, 0x00, Reason::kBadTcpOptions},
      {14 + 20 + 20 + 1, 0x01, Reason::kBadTcpOptions},
      {14 + 20 + 20 + 1, 0xff, Reason::kBadTcpOptions},
      {14 + 20 + 5, 0xee, Reason::kBadTcpChecksum},
      {14 + 8, 0xee, Reason::kBadIpChecksum},
  };
  for (const BrokenCase& test : kCases) {
    Bytes frame = dialogue_.Syn().Build();
    frame[test.offset] = test.value;
    EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(test.reason)) << test.offset;
  }
  Bytes cut = dialogue_.Syn().Build();
  Set16(cut, 16, 20 + 10);
  EXPECT_EQ(harness_.Feed(Side::kOutside, cut), Verdict::Drop(Reason::kTruncated));
  EXPECT_TRUE(harness_.IsQuiet());
}

TEST_F(Bridge, BrokenFramesOverIpv6) {
  DialogueSetup setup;
  setup.v6 = true;
  const Dialogue dialogue(harness_, setup);
  Bytes frame = dialogue.Syn().Build();
  frame[14 + 6] = 60;  // options that are no options
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kExtensionHeaders));
  const uint8_t routing[8] = {6, 0, 0, 0, 0, 0, 0, 0};
  frame = dialogue.Syn().Build();
  frame[14 + 6] = 43;
  frame.insert(frame.begin() + 54, routing, routing + 8);
  Set16(frame, 18, Get16(frame, 18) + 8);
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kRoutingHeader));
}

// Rule 24: what is no TCP passes behind more extension headers than TCP does.
TEST_F(Bridge, EchoBehindManyExtensionHeaders) {
  IcmpError ping;
  ping.source = *ParseAddress("2001:db8::c");
  ping.destination = *ParseAddress("2001:db8::10");
  const TcpFrame tcp = ExampleFrame(true, 0);
  for (const size_t count : {1u, 8u, 9u, 64u}) {
    Bytes frame = BuildEcho(ping, 8), segment = tcp.Build();
    for (size_t i = 0; i < count; ++i) {
      InsertExtension(tcp, frame, 60, {0, 0, 1, 4, 0, 0, 0, 0});
      InsertExtension(tcp, segment, 60, {0, 0, 1, 4, 0, 0, 0, 0});
    }
    ExpectBridgedBothWays(frame);
    if (count <= 8) continue;
    EXPECT_EQ(harness_.Feed(Side::kOutside, segment), Verdict::Drop(Reason::kExtensionHeaders));
  }
}

// Rule 35. Nobody knows whose it is.
TEST_F(Bridge, MoreTagsThanAreWalked) {
  TcpFrame other = dialogue_.Syn();
  other.destination = *ParseEndpoint("198.18.0.99:80");
  other.tags.assign(256, 0);
  ExpectBridgedBothWays(other.Build());
  other.tags.assign(257, 0);
  for (const Side side : {Side::kOutside, Side::kInside}) {
    EXPECT_EQ(harness_.Feed(side, other), Verdict::Drop(Reason::kTooManyTags));
  }
}

TEST_F(Bridge, NoTcpBehindTooManyTagsPasses) {
  IcmpError ping;
  ping.tags = {1, 2, 3};
  ping.source = *ParseAddress("198.18.0.12");
  ping.destination = *ParseAddress("198.18.0.10");
  ExpectBridgedBothWays(BuildEcho(ping, 8));
}

TEST_F(Bridge, LaterFragmentsToTheServiceAddress) {
  Bytes frame = dialogue_.Syn().Build();
  Set16(frame, 20, 0x0010);
  EXPECT_EQ(harness_.Feed(Side::kOutside, frame), Verdict::Drop(Reason::kFragmentWithoutFirst));
}

}  // namespace
}  // namespace synsplice::test
