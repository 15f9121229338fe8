#include "edge/quote_rewriter.h"

#include <gtest/gtest.h>

#include <array>

#include "support/example_frames.h"
#include "support/icmp_frame.h"
#include "support/random.h"

namespace synsplice::test {
namespace {

Address RandomAddress(std::mt19937_64& random, bool v6) {
  if (!v6) return Address::V4(static_cast<uint32_t>(random()));
  Address address = *ParseAddress("2001:db8::");
  for (size_t i = 8; i < 16; ++i) address.bytes[i] = static_cast<uint8_t>(random());
  return address;
}

Endpoint RandomEndpoint(std::mt19937_64& random, bool v6) {
  return {RandomAddress(random, v6), static_cast<uint16_t>(random())};
}

// The description of the changed message, written anew, is the oracle.
TEST(QuoteRewriter, AgreesWithAMessageWrittenAnew) {
  const uint64_t seed = TestSeed();
  SCOPED_TRACE(SeedTrace(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const bool v6 = random() & 1;
    IcmpError error;
    error.quoted = ExampleFrame(v6, random() % 3);
    error.source = RandomAddress(random, v6);
    error.destination = error.quoted.source.address;
    error.type = v6 ? 2 : 3;
    error.code = v6 ? 0 : 4;
    error.rest = 1500;
    // Not in the middle of a number.
    error.quoted_tcp = std::array{8, 12, 14, 16, 18, 20, 33, 44}[random() % 8];
    Bytes bytes = error.Build();
    FrameBuffer frame{bytes.data(), static_cast<uint32_t>(bytes.size()),
                      static_cast<uint32_t>(bytes.size())};
    Packet packet = ParseFrame(frame);
    const auto quote = ParseIcmpQuote(packet);
    ASSERT_TRUE(quote);
    const auto shift = static_cast<uint32_t>(random());
    error.quoted.seq = static_cast<uint32_t>(random());
    error.quoted.ack += shift;
    error.quoted.source = RandomEndpoint(random, v6);
    error.quoted.destination = RandomEndpoint(random, v6);
    error.rest = random() % 65536;
    error.source = RandomAddress(random, v6);
    error.destination = RandomAddress(random, v6);
    error.destination_mac = *ParseMac("02:00:00:00:00:99");
    error.source_mac = *ParseMac("02:00:00:00:00:98");
    QuoteRewriter rewriter(packet, *quote);
    rewriter.SetSeq(error.quoted.seq);
    rewriter.ShiftAck(shift);
    rewriter.SetSource(error.quoted.source);
    rewriter.SetDestination(error.quoted.destination);
    rewriter.SetMtu(static_cast<uint16_t>(error.rest));
    rewriter.SetOuterSource(error.source);
    rewriter.SetOuterDestination(error.destination);
    rewriter.SetDestinationMac(error.destination_mac);
    rewriter.SetSourceMac(error.source_mac);
    rewriter.Finish();
    ASSERT_EQ(bytes, error.Build()) << round;
  }
}

}  // namespace
}  // namespace synsplice::test
