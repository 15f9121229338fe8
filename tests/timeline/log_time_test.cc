#include "timeline/log_time.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace synsplice {
namespace {

std::string Said(const std::optional<LogTime>& time) { return time ? ToText(*time) : "none"; }

// Local time is two hours ahead of UTC, all year.
class LogTimes : public testing::Test {
 protected:
  LogTimes() {
    setenv("TZ", "TST-2", 1);
    tzset();
  }
  ~LogTimes() override {
    unsetenv("TZ");
    tzset();
  }
};

TEST_F(LogTimes, Iso) {
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41Z")), "2026-11-29T10:10:41.000000Z");
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41.5Z")), "2026-11-29T10:10:41.500000Z");
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41.123456789Z")), "2026-11-29T10:10:41.123456Z");
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41,25+01:30")), "2026-11-29T08:40:41.250000Z");
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41-0200 host")), "2026-11-29T12:10:41.000000Z");
  for (const char* none :
       {"1969-12-31T23:59:59.5Z", "0000-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"}) {
    EXPECT_EQ(Said(ParseIsoTime(none)), "none") << none;
  }
  EXPECT_EQ(Said(ParseIsoTime("29 Nov 2026")), "none");
  EXPECT_EQ(Said(ParseIsoTime("")), "none");
}

TEST_F(LogTimes, WithoutAZoneTheyAreLocal) {
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29 10:10:41.5")), "2026-11-29T08:10:41.500000Z");
  EXPECT_EQ(Said(ParseIsoTime("2026-11-29T10:10:41 Zebra")), "2026-11-29T08:10:41.000000Z");
}

TEST_F(LogTimes, OfAccessLogs) {
  EXPECT_EQ(Said(ParseAccessTime("29/Nov/2026:10:10:41 +0100")), "2026-11-29T09:10:41.000000Z");
  EXPECT_EQ(Said(ParseAccessTime("29/Nov/2026 10:10:41")), "none");
}

TEST_F(LogTimes, TheYearOfASyslogTimeIsTheOneBeforeTheFileWasWritten) {
  const LogTime january = *ParseIsoTime("2027-01-02T00:00:00Z");
  EXPECT_EQ(Said(ParseSyslogTime("Jan  1 10:00:00 host", january)), "2027-01-01T08:00:00.000000Z");
  EXPECT_EQ(Said(ParseSyslogTime("Dec 31 10:00:00 host", january)), "2026-12-31T08:00:00.000000Z");
  EXPECT_EQ(Said(ParseSyslogTime("Jan  2 12:00:00 host", january)), "2027-01-02T10:00:00.000000Z");
  const LogTime sylvester = *ParseIsoTime("2026-12-31T21:59:00Z");
  EXPECT_EQ(Said(ParseSyslogTime("Jan  1 00:00:00 host", sylvester)),
            "2026-12-31T22:00:00.000000Z");
}

TEST_F(LogTimes, OfNewerSyslogs) {
  EXPECT_EQ(Said(ParseSyslogTime("2026-11-29T10:10:41.000001+00:00 host", {})),
            "2026-11-29T10:10:41.000001Z");
  EXPECT_EQ(Said(ParseSyslogTime("[12.5] SRC=198.18.0.7", {})), "none");
}

TEST_F(LogTimes, Epochs) {
  for (const double epoch : {1796033441.0, 1796033441e3, 1796033441e6, 1796033441e9}) {
    EXPECT_EQ(Said(FromEpoch(epoch)), "2026-11-30T10:10:41.000000Z") << epoch;
  }
  EXPECT_EQ(Said(FromEpoch(1796033441.25)), "2026-11-30T10:10:41.250000Z");
  for (const double none : {-1.0, 0.0, 1e300}) EXPECT_EQ(Said(FromEpoch(none)), "none");
}

TEST_F(LogTimes, WhatAnOperatorSays) {
  const LogTime now = *ParseIsoTime("2026-11-29T10:10:41Z");
  const auto said = [&](const char* text) { return Said(ParseSaidTime(text, now)); };
  EXPECT_EQ(said("90s"), "2026-11-29T10:09:11.000000Z");
  EXPECT_EQ(said("15m"), "2026-11-29T09:55:41.000000Z");
  EXPECT_EQ(said("2h"), "2026-11-29T08:10:41.000000Z");
  EXPECT_EQ(said("3d"), "2026-11-26T10:10:41.000000Z");
  EXPECT_EQ(said("2026-11-29"), "2026-11-28T22:00:00.000000Z");
  EXPECT_EQ(said("2026-11-29 10:00:00"), "2026-11-29T08:00:00.000000Z");
  EXPECT_EQ(said("2026-11-29T10:00:00Z"), "2026-11-29T10:00:00.000000Z");
  for (const char* none :
       {"", "m", "15", "4000000000d", "-2h", "2w", "2026-11-29T10:00:00Zx", "soon"}) {
    EXPECT_EQ(said(none), "none") << none;
  }
}

}  // namespace
}  // namespace synsplice
