#include "system/resources.h"

#include <gtest/gtest.h>

#include <vector>

#include "control/memory_plan.h"
#include "control/temporary_folder.h"

namespace synsplice {
namespace {

constexpr uint64_t kGibibyte = uint64_t{1} << 30;

TEST(JudgeMemory, TablesAndBuffers) {
  ApplianceConfig config;
  EXPECT_FALSE(AnyWrong(JudgeMemory({.available = kGibibyte}, config)));
  EXPECT_TRUE(AnyWrong(JudgeMemory({.available = kGibibyte / 16}, config)));
  config.core.flow_table_entries = 1u << 24;  // 64 bytes each
  EXPECT_TRUE(AnyWrong(JudgeMemory({.available = kGibibyte}, config)));
}

TEST(JudgeMemory, HugePagesIfAskedFor) {
  ApplianceConfig config;
  config.huge_pages = true;
  // 16384 buffers of 2432 bytes, 16 bytes in a ring for each, and 64 MiB: 52 pages of 2 MiB; and
  // the tables.
  const uint64_t needed = 52 + PlanMemory(config).table_pages();
  const std::string number = std::to_string(needed);
  Memory memory{.available = kGibibyte, .huge_pages = 3, .huge_pages_free = 0};
  const std::string judged = Render(JudgeMemory(memory, config));
  EXPECT_TRUE(
      judged.starts_with("WRONG  huge pages       0 of 2048 kB are free, about " + number + " "))
      << judged;
  EXPECT_NE(
      judged.find("mend: echo " + std::to_string(needed + 3) + " > /proc/sys/vm/nr_hugepages"),
      std::string::npos)
      << "the three in use stay: " << judged;
  memory.huge_pages = memory.huge_pages_free = needed;
  EXPECT_EQ(JudgeMemory(memory, config).front().level, Finding::Level::kGood);
  memory.huge_pages = memory.huge_pages_free = 52;
  EXPECT_EQ(JudgeMemory(memory, config).front().level, Finding::Level::kHint)
      << "the tables can do without";
  memory.huge_pages = memory.huge_pages_free = 51;
  EXPECT_TRUE(AnyWrong(JudgeMemory(memory, config)));
}

TEST(JudgeCapabilities, NamesThoseThatAreMissing) {
  const std::vector<std::string> missing = {"cap_net_raw", "cap_bpf"};
  EXPECT_EQ(Render({JudgeCapabilities(missing)}),
            "WRONG  capabilities     this process lacks cap_net_raw, cap_bpf: start as root,\n"
            "                        or give them to the program\n"
            "                        mend: setcap cap_net_raw,cap_bpf+ep "
            "$(command -v synsplice)\n");
  EXPECT_EQ(JudgeCapabilities({}).level, Finding::Level::kGood);
}

TEST(JudgeSecret, SaysWhatBecomesOfIt) {
  const TemporaryFolder folder;
  EXPECT_EQ(JudgeSecret("").level, Finding::Level::kHint);
  EXPECT_EQ(JudgeSecret(folder.File("none")).sentence,
            folder.File("none") + ": is made at the start");
  EXPECT_EQ(JudgeSecret(folder.Write("secret", "")).sentence, folder.File("secret") + ": good");
}

TEST(JudgeSecret, SaysWhoMayStartWithIt) {
  const TemporaryFolder folder;
  const std::string path = folder.Write("secret", "");
  if (::chown(path.c_str(), 12345, 0) != 0) GTEST_SKIP() << "only root gives files away";
  EXPECT_EQ(JudgeSecret(path).sentence, path + ": good for a start as user 12345, whose it is");
}

}  // namespace
}  // namespace synsplice
