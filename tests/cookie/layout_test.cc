#include "synsplice/cookie/layout.h"

#include <gtest/gtest.h>

#include <vector>

namespace synsplice {
namespace {

// Rule 4: rounded down, never up.
TEST(CookieLayout, MssIsRoundedDown) {
  for (uint32_t mss = 216; mss <= 65535; ++mss) {
    const uint16_t kept = kMssTable[MssIndex(static_cast<uint16_t>(mss))];
    ASSERT_LE(kept, mss);
    const uint8_t next = MssIndex(static_cast<uint16_t>(mss)) + 1;
    if (next < kMssTable.size()) {
      ASSERT_GT(kMssTable[next], mss);
    }
  }
  EXPECT_EQ(kMssTable[MssIndex(1460)], 1460);
  EXPECT_EQ(kMssTable[MssIndex(1459)], 1440);
  // Below the smallest entry there is nothing to round down to.
  EXPECT_EQ(MssIndex(1), 0);
}

TEST(CookieLayout, ScaleIsRoundedDown) {
  for (uint8_t scale = 0; scale <= 14; ++scale) {
    const uint8_t kept = kScaleTable[ScaleIndex(scale)];
    EXPECT_LE(kept, scale);
    EXPECT_NE(kept, 15) << "an offered scale must not become none";
  }
  EXPECT_EQ(kScaleTable[ScaleIndex(15)], 15);
  for (const uint8_t common : {6, 7, 8}) EXPECT_EQ(kScaleTable[ScaleIndex(common)], common);
}

std::vector<Offer> AllOptions() {
  std::vector<Offer> all;
  for (const uint16_t mss : kMssTable) {
    for (uint8_t scale = 0; scale <= 15; ++scale) {
      for (int bits = 0; bits < 8; ++bits) {
        all.push_back({mss, scale, (bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0});
      }
    }
  }
  return all;
}

TEST(CookieLayout, RoundedIsWhatComesBack) {
  for (const Offer& options : AllOptions()) {
    const Offer rounded = Rounded(options);
    for (const bool epoch : {false, true}) {
      const uint32_t mac = options.timestamps ? 0x0fedcba9 : 0x00edcba9;
      const uint32_t isn = PackIsn({rounded, epoch, mac});
      const CookieFields fields = Unpack(isn, options.timestamps, PackTimestampBits(rounded));
      ASSERT_EQ(fields.options, rounded);
      ASSERT_EQ(fields.epoch_bit, epoch);
      ASSERT_EQ(fields.mac, mac);
    }
  }
}

TEST(CookieLayout, TimestampsKeepTheScaleExactly) {
  for (uint8_t scale = 0; scale <= 15; ++scale) {
    EXPECT_EQ(Rounded({1460, scale, true, true, true}).window_scale, scale);
    EXPECT_TRUE(Rounded({1460, scale, true, true, true}).ecn);
    EXPECT_FALSE(Rounded({1460, scale, true, false, true}).ecn) << "there is no bit for it";
  }
}

TEST(CookieLayout, OptionBitsFitTheTimestampStep) {
  for (const Offer& options : AllOptions()) {
    ASSERT_LT(PackTimestampBits(options), kTimestampStep);
  }
}

}  // namespace
}  // namespace synsplice
