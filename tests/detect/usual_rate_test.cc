#include "detect/usual_rate.h"

#include <gtest/gtest.h>

#include "detect/rate_histogram.h"
#include "detect/usual_share.h"

namespace synsplice {
namespace {

constexpr UtcSecond kDayBegins = 1'700'006'400, kHourLong = 3600;

void LearnHour(UsualRate& rate, int hour, double value) {
  for (UtcSecond second = 0; second < kHourLong; ++second) {
    rate.Learn(kDayBegins + hour * kHourLong + second, value);
  }
}
UtcSecond EndOf(int hour) { return kDayBegins + (hour + 1) * kHourLong - 1; }
// The upper bound of the bucket.
double Told(double value) { return RateHistogram::UpperBound(RateHistogram::BucketOf(value)); }

TEST(RateHistogram, BucketsAreAFifthWide) {
  EXPECT_EQ(RateHistogram::BucketOf(0), 0u);
  EXPECT_EQ(RateHistogram::BucketOf(0.99), 0u);
  EXPECT_EQ(RateHistogram::BucketOf(1), 1u);
  EXPECT_EQ(RateHistogram::BucketOf(1e30), RateHistogram::kBuckets - 1);
  for (double rate = 1; rate < 1e8; rate *= 1.1) {
    EXPECT_GT(Told(rate), rate);
    EXPECT_LT(Told(rate), rate * 1.19);
  }
}

TEST(RateHistogram, OneInAHundredIsAbove) {
  RateHistogram rates, none;
  for (int i = 0; i < 99; ++i) rates.Add(100);
  rates.Add(5000);
  EXPECT_EQ(P99(rates, none, 0), Told(100));
  rates.Add(5000);
  EXPECT_EQ(P99(rates, none, 0), Told(5000));
  EXPECT_EQ(P99(none, rates, 0.5), Told(5000)) << "of an hour before, too";
  EXPECT_EQ(P99(none, rates, 0), 0);
}

TEST(UsualRate, TheLastHourAndTheSameOneOfTheDayBefore) {
  UsualRate rate;
  EXPECT_EQ(rate.At(kDayBegins), 0);
  LearnHour(rate, 0, 1000);
  EXPECT_EQ(rate.At(EndOf(0)), Told(1000));
  for (int hour = 1; hour < 24; ++hour) LearnHour(rate, hour, 10);
  EXPECT_EQ(rate.At(EndOf(23)), Told(10));
  EXPECT_EQ(rate.At(EndOf(23) + 1), Told(1000)) << "it begins as it did the day before";
  EXPECT_EQ(rate.OfDay(EndOf(23)), Told(1000));
}

TEST(UsualRate, TheHourBeforeGoesSlowly) {
  UsualRate rate;
  LearnHour(rate, 0, 1000);
  for (int second = 0; second < 600; ++second) rate.Learn(EndOf(0) + 1 + second, 10);
  EXPECT_EQ(rate.At(EndOf(0) + 600), Told(1000));
  LearnHour(rate, 1, 10);
  EXPECT_EQ(rate.At(EndOf(1)), Told(10));
}

TEST(UsualRate, ADayUnlikeOthersIsForgotten) {
  UsualRate rate;
  for (int day = 0; day < 4; ++day) {
    for (int hour = 0; hour < 24; ++hour) LearnHour(rate, 24 * day + hour, day == 0 ? 8000 : 10);
  }
  LearnHour(rate, 24 * 4, 10);
  EXPECT_LT(rate.At(EndOf(24 * 4)), 8000 / 4);
}

TEST(UsualRate, AnHourThatIsNotKnownIsAsTheHighestOne) {
  UsualRate rate;
  LearnHour(rate, 0, 1000);
  LearnHour(rate, 1, 10);
  rate.Learn(EndOf(1) + 1, 10);
  const UtcSecond later = EndOf(7);
  EXPECT_EQ(rate.At(later), Told(1000));
  rate.Learn(later, 10);
  EXPECT_EQ(rate.At(later), Told(1000)) << "a few seconds tell nothing";
}

TEST(UsualShare, IsTheMedianOfTheLastDays) {
  UsualShare share;
  EXPECT_EQ(share.Median(), std::nullopt);
  for (int minute = 0; minute < 1440; ++minute) share.Learn(0.02, 1);
  for (int minute = 0; minute < 500; ++minute) share.Learn(0.9, 1);
  EXPECT_EQ(share.Median(), 0.02);
  for (int minute = 0; minute < 1440; ++minute) share.Learn(0.9, 1);
  EXPECT_EQ(share.Median(), 0.9);
  for (int minute = 0; minute < 1000; ++minute) share.Learn(0.02, 0.5);
  EXPECT_EQ(share.Median(), 0.9) << "half of the weight";
}

}  // namespace
}  // namespace synsplice
