#include "programs/diagnosis/pseudonyms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synsplice {
namespace {

using testing::ElementsAre;

TEST(Pseudonyms, AClientHasOneNameWhereverItStands) {
  Pseudonyms pseudonyms;
  EXPECT_EQ(pseudonyms.Mask(R"({"client":"198.18.0.7:40000","other":"[2001:db8::7]:1"})"),
            R"({"client":"client1:40000","other":"[client2]:1"})");
  EXPECT_EQ(pseudonyms.Mask("2001:db8::7, ::ffff:198.18.0.7, 198.18.0.0/24 and 198.18.0.7."),
            "client2, client1, client3/24 and client1.");
}

TEST(Pseudonyms, PunctuationBehindAnAddressIsNone) {
  Pseudonyms pseudonyms;
  EXPECT_EQ(pseudonyms.Mask("198.18.0.7:40000. 198.18.0.7:40000: 198.18.0.7... [2001:db8::]:1."),
            "client1:40000. client1:40000: client1... [client2]:1.");
  EXPECT_EQ(pseudonyms.Mask("2001:db8::. 2001:db8::7: 2001:db8::"), "client2. client3: client2");
}

TEST(Pseudonyms, ALabelBeforeAnAddressIsNone) {
  Pseudonyms pseudonyms;
  EXPECT_EQ(pseudonyms.Mask("src:198.18.0.7:40000 client:198.18.0.7, client:2001:db8::7."),
            "src:client1:40000 client:client1, client:client2.");
  EXPECT_EQ(pseudonyms.Mask(":: ... : ::: ."), "client3 ... : client3: .");
}

TEST(Pseudonyms, WhatIsKnownStays) {
  Pseudonyms pseudonyms({*ParseAddress("198.18.0.10")});
  EXPECT_EQ(pseudonyms.Mask("198.18.0.7:1 > 198.18.0.10:80"), "client1:1 > 198.18.0.10:80");
}

TEST(Pseudonyms, NothingElseIsAnAddress) {
  const char* text =
      "2026-11-29T10:10:41.123Z 02:00:00:00:00:01 0000:03:00.1 24.11.1 a bad face: 1.5 12:30";
  EXPECT_EQ(Pseudonyms().Mask(text), text);
  EXPECT_EQ(Pseudonyms().Mask(""), "");
}

TEST(AddressesIn, AreAllOfThem) {
  const auto addresses = AddressesIn(R"(["198.18.0.10:80","[2001:db8::10]:80","x"])");
  EXPECT_THAT(addresses, ElementsAre(*ParseAddress("198.18.0.10"), *ParseAddress("2001:db8::10")));
}

}  // namespace
}  // namespace synsplice
