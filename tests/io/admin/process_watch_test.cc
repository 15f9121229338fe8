#include "io/admin/process_watch.h"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>

namespace synsplice {
namespace {

TEST(ParseProcessStat, FieldsBehindTheCommand) {
  const ProcessUsage usage = ParseProcessStat(
      "4711 (a (b) c) S 1 4711 4711 0 -1 4194560 5 6 7 8 250 150 9 10 20 0 12 0 13 14000 15 16\n");
  EXPECT_EQ(usage.cpu_seconds, 400.0 / static_cast<double>(sysconf(_SC_CLK_TCK)));
  EXPECT_EQ(usage.threads, 12u);
  EXPECT_EQ(usage.virtual_bytes, 14000u);
  EXPECT_EQ(usage.resident_bytes, 15u * static_cast<uint64_t>(getpagesize()));
}

TEST(ParseProcessStat, WhatIsNotThereIsZero) {
  for (const char* stat : {"", "1", "1 (x) S", "1 x)"}) {
    const ProcessUsage usage = ParseProcessStat(stat);
    EXPECT_EQ(usage.cpu_seconds, 0);
    EXPECT_EQ(usage.threads, 0u);
    EXPECT_EQ(usage.virtual_bytes, 0u);
  }
}

TEST(ProcessWatch, ThisProcess) {
  const ProcessWatch watch;
  const ProcessUsage usage = watch.Look();
  EXPECT_GE(usage.threads, 1u);
  EXPECT_GT(usage.virtual_bytes, usage.resident_bytes);
  EXPECT_GT(usage.resident_bytes, 100'000u);
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(usage.most_descriptors, limit.rlim_cur);
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  EXPECT_LT(usage.started, now + 1);
  EXPECT_GT(usage.started, now - 3600);
  EXPECT_EQ(watch.Look().started, usage.started);
}

TEST(ProcessWatch, CountsDescriptors) {
  const ProcessWatch watch;
  const uint64_t before = watch.Look().open_descriptors;
  const int one = dup(STDIN_FILENO);
  EXPECT_EQ(watch.Look().open_descriptors, before + 1);
  close(one);
}

}  // namespace
}  // namespace synsplice
