#include "synsplice/wire/icmp_error.h"

#include <gtest/gtest.h>

#include "support/bytes.h"
#include "support/example_frames.h"
#include "support/icmp_frame.h"

namespace synsplice::test {
namespace {

// The error that the sender of `quoted` must get in the name of its destination.
Bytes Expected(const TcpFrame& quoted, uint16_t mtu) {
  IcmpError icmp;
  icmp.source_mac = quoted.source_mac;  // the Ethernet header stays
  icmp.destination_mac = quoted.destination_mac;
  icmp.tags = quoted.tags;
  icmp.source = quoted.destination.address;
  icmp.destination = quoted.source.address;
  icmp.type = quoted.v6() ? 2 : 3;
  icmp.code = quoted.v6() ? 0 : 4;
  icmp.rest = mtu;
  icmp.quoted = quoted;
  icmp.quoted_tcp = 20;
  return icmp.Build();
}

TEST(IcmpTooBig, QuotesTheHeaders) {
  for (const bool v6 : {false, true}) {
    for (size_t tags = 0; tags <= 2; ++tags) {
      TcpFrame frame = ExampleFrame(v6, tags);
      frame.payload.assign(1400, 'x');
      Bytes memory = frame.Build();
      const auto length = static_cast<uint32_t>(memory.size());
      FrameBuffer buffer{memory.data(), length, length};
      Packet packet = ParseFrame(buffer);
      const uint32_t answer = ComposeTooBig(packet, 1488);
      EXPECT_EQ(Bytes(memory.begin(), memory.begin() + answer), Expected(frame, 1488));
    }
  }
}

TEST(IcmpTooBig, NeedsRoom) {
  TcpFrame frame = ExampleFrame(false, 0);
  frame.options = {};
  frame.payload.clear();
  Bytes memory = frame.Build();
  memory.resize(82);
  FrameBuffer buffer{memory.data(), 54, 81};
  Packet packet = ParseFrame(buffer);
  EXPECT_EQ(ComposeTooBig(packet, 1488), 0u);
  buffer.capacity = 82;
  EXPECT_EQ(ComposeTooBig(packet, 1488), 82u);
}

}  // namespace
}  // namespace synsplice::test
