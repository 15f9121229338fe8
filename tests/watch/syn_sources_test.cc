#include "watch/syn_sources.h"

#include <gtest/gtest.h>

#include <map>

namespace synsplice {
namespace {

constexpr SipKey kSeed{5, 6};
constexpr UtcSecond kWindowStart = 1'700'000'000;  // a multiple of the window
constexpr auto kWindow = SynSources::kWindow.count();

class SynSourcesTest : public testing::Test {
 protected:
  // In bursts, from one source.
  void Send(const char* source, uint32_t count, UtcSecond now, uint16_t service = 0) {
    constexpr uint32_t kBurst = 32;
    for (; count > 0; count -= std::min(count, kBurst)) {
      const uint32_t run = std::min(count, kBurst);
      if (sources_.Skip(run)) continue;
      sources_.Look(run, now, [&](size_t i) {
        EXPECT_LT(i, run);
        return StreamSummary::Key{*ParseAddress(source), service};
      });
    }
  }
  // SYNs of each source, as they are told at `now`.
  std::map<std::string, double> Told(UtcSecond now) {
    sources_.Publish(now);
    SourceList list;
    EXPECT_TRUE(sources_.board().Read(list));
    std::map<std::string, double> told;
    for (const SourceRecord& record : list.sources) {
      EXPECT_EQ(record.error, 0u);
      told[ToString(record.source) + " " + std::to_string(record.service)] = record.syns;
    }
    return told;
  }

  SynSources sources_{kSeed};
};

TEST_F(SynSourcesTest, TellsNothingOfNobody) { EXPECT_TRUE(Told(kWindowStart).empty()); }

// Of 256 000 SYNs about a thousand are looked at: 3 % of error are one in three, 15 % are none.
TEST_F(SynSourcesTest, EstimatesWhatWasSent) {
  Send("198.18.0.7", 256'000, kWindowStart);
  Send("198.18.0.8", 128'000, kWindowStart, 3);
  const auto told = Told(kWindowStart + 1);
  ASSERT_EQ(told.size(), 2u);
  EXPECT_NEAR(told.at("198.18.0.7 0"), 256'000, 38'400);
  EXPECT_NEAR(told.at("198.18.0.8 3"), 128'000, 25'600);
}

TEST_F(SynSourcesTest, AnIpv6NetworkIsOneSource) {
  Send("2001:db8:0:1::1", 25'600, kWindowStart);
  Send("2001:db8:0:1:8000::2", 25'600, kWindowStart);
  const auto told = Told(kWindowStart);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told.begin()->first, "2001:db8:0:1:: 0");
}

TEST_F(SynSourcesTest, TheWindowBeforeCountsLessAndLess) {
  Send("198.18.0.7", 256'000, kWindowStart);
  const double all = Told(kWindowStart + kWindow)["198.18.0.7 0"];
  EXPECT_NEAR(all, 256'000, 38'400);
  EXPECT_NEAR(Told(kWindowStart + kWindow + kWindow / 2)["198.18.0.7 0"], all / 2, 1);
  EXPECT_TRUE(Told(kWindowStart + 2 * kWindow).empty());
}

TEST_F(SynSourcesTest, AfterALongSilenceNothingIsLeft) {
  Send("198.18.0.7", 256'000, kWindowStart);
  EXPECT_TRUE(Told(kWindowStart + 5 * kWindow).empty());
}

// Each gap is drawn: who sends with a period is looked at like others.
TEST_F(SynSourcesTest, APeriodHidesNobody) {
  for (int i = 0; i < 16'000; ++i) {
    Send("198.18.0.7", 1, kWindowStart);
    Send("198.18.0.8", SynSources::kOneOf - 1, kWindowStart);
  }
  EXPECT_NEAR(Told(kWindowStart)["198.18.0.7 0"], 16'000, 9'600);
}

}  // namespace
}  // namespace synsplice
