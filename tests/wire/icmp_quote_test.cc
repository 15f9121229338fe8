#include "synsplice/wire/icmp_quote.h"

#include <gtest/gtest.h>

#include "support/example_frames.h"
#include "support/icmp_frame.h"
#include "wire/parse.h"

namespace synsplice::test {
namespace {

IcmpError ErrorAbout(bool v6) {
  IcmpError icmp;
  icmp.quoted = ExampleFrame(v6, 0);
  icmp.source = icmp.quoted.destination.address;
  icmp.destination = icmp.quoted.source.address;
  icmp.type = v6 ? 1 : 3;
  return icmp;
}

TEST(IcmpQuote, QuotedSegmentIsRead) {
  for (const bool v6 : {false, true}) {
    const IcmpError icmp = ErrorAbout(v6);
    const auto quote = ParseIcmpQuote(*Parsed(icmp.Build()));
    ASSERT_TRUE(quote);
    EXPECT_EQ(quote->source, icmp.quoted.source);
    EXPECT_EQ(quote->destination, icmp.quoted.destination);
    EXPECT_EQ(quote->seq, icmp.quoted.seq);
    EXPECT_TRUE(quote->unreachable);
  }
}

TEST(IcmpQuote, EightBytesOfTcpAreEnough) {
  for (const bool v6 : {false, true}) {
    IcmpError icmp = ErrorAbout(v6);
    icmp.quoted_tcp = 8;
    EXPECT_TRUE(ParseIcmpQuote(*Parsed(icmp.Build())));
    icmp.quoted_tcp = 7;
    EXPECT_FALSE(ParseIcmpQuote(*Parsed(icmp.Build())));
  }
}

TEST(IcmpQuote, TooBigIsNotUnreachable) {
  IcmpError icmp = ErrorAbout(false);
  icmp.code = 4;
  EXPECT_FALSE(ParseIcmpQuote(*Parsed(icmp.Build()))->unreachable);
  icmp = ErrorAbout(true);
  icmp.type = 2;
  EXPECT_FALSE(ParseIcmpQuote(*Parsed(icmp.Build()))->unreachable);
}

TEST(IcmpQuote, SaysWhereTheQuoteIs) {
  for (const bool v6 : {false, true}) {
    IcmpError icmp = ErrorAbout(v6);
    icmp.quoted_tcp = 17;
    Bytes bytes = icmp.Build();
    const auto quote = ParseIcmpQuote(*Parsed(bytes));
    EXPECT_EQ(quote->ip, TcpOffset(icmp.quoted) + 8);
    EXPECT_EQ(quote->tcp, quote->ip + (v6 ? 40 : 20));
    EXPECT_EQ(quote->tcp_length, 17u);
  }
}

TEST(IcmpQuote, TooBigTellsIt) {
  for (const bool v6 : {false, true}) {
    IcmpError icmp = ErrorAbout(v6);
    EXPECT_FALSE(ParseIcmpQuote(*Parsed(icmp.Build()))->too_big);
    (v6 ? icmp.type : icmp.code) = v6 ? 2 : 4;
    EXPECT_TRUE(ParseIcmpQuote(*Parsed(icmp.Build()))->too_big);
  }
}

TEST(IcmpQuote, LaterFragmentsHaveNoPorts) {
  const IcmpError icmp = ErrorAbout(false);
  Bytes bytes = icmp.Build();
  const size_t fragment = TcpOffset(icmp.quoted) + 8 + 6;
  bytes[fragment] = 0x20;
  EXPECT_TRUE(ParseIcmpQuote(*Parsed(bytes))) << "the first one has them";
  bytes[fragment + 1] = 1;
  EXPECT_FALSE(ParseIcmpQuote(*Parsed(bytes)));
}

TEST(IcmpQuote, Checksum) {
  for (const bool v6 : {false, true}) {
    Bytes bytes = ErrorAbout(v6).Build();
    EXPECT_TRUE(IcmpChecksumOk(*Parsed(bytes)));
    bytes.back() ^= 0x40;
    EXPECT_FALSE(IcmpChecksumOk(*Parsed(bytes)));
  }
}

TEST(IcmpQuote, OtherMessagesQuoteNothing) {
  for (const bool v6 : {false, true}) {
    IcmpError icmp = ErrorAbout(v6);
    icmp.type = v6 ? 128 : 8;
    EXPECT_FALSE(ParseIcmpQuote(*Parsed(icmp.Build())));
  }
}

// A quoted ::ffff:a.b.c.d would name a connection of the other family.
TEST(IcmpQuote, MappedAddressesQuoteNothing) {
  for (const bool source : {false, true}) {
    const IcmpError icmp = ErrorAbout(true);
    Bytes bytes = icmp.Build();
    const size_t quoted = IpOffset(icmp.quoted) + 40 + 8;
    const Address mapped = *ParseAddress("198.18.0.10");
    std::copy(mapped.bytes.begin(), mapped.bytes.end(),
              bytes.begin() + static_cast<ptrdiff_t>(quoted + (source ? 8 : 24)));
    EXPECT_FALSE(ParseIcmpQuote(*Parsed(bytes)));
  }
}

// The message ends anywhere, the quoted header lies about itself.
TEST(IcmpQuote, DamagedQuotes) {
  for (const bool v6 : {false, true}) {
    const IcmpError icmp = ErrorAbout(v6);
    const size_t quote = TcpOffset(icmp.quoted) + 8;
    Bytes bytes = icmp.Build();
    for (const uint8_t first : {0x00, 0x40, 0x4f, 0x44, 0x50, 0x6f}) {
      bytes[quote] = first;
      const auto read = ParseIcmpQuote(*Parsed(bytes));
      EXPECT_EQ(read.has_value(), v6 && first == 0x6f) << int{first};
    }
    bytes = icmp.Build();
    bytes[quote + (v6 ? 6 : 9)] = 17;
    EXPECT_FALSE(ParseIcmpQuote(*Parsed(bytes)));
  }
}

}  // namespace
}  // namespace synsplice::test
