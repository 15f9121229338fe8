#include "control/memory_plan.h"

#include <gtest/gtest.h>

#include <sstream>

#include "synsplice/state/state.h"

namespace synsplice {
namespace {

ApplianceConfig OneWorker() {
  ApplianceConfig config;
  config.core.flow_table_entries = 1 << 20;
  config.core.connlimit_table_entries = 1 << 16;
  return config;
}

TEST(MemoryPlan, IsWhatTheTablesTake) {
  ApplianceConfig config = OneWorker();
  const MemoryPlan one = PlanMemory(config);
  EXPECT_GT(one.flows, (1 << 20) * uint64_t{64});
  EXPECT_EQ(one.tables, one.flows + one.handshakes + one.connlimit + Layout::kAlignment);
  EXPECT_EQ(one.held, 1024u * (2176 + 128));
  config.workers = 3;
  const MemoryPlan three = PlanMemory(config);
  EXPECT_EQ(three.flows, 3 * one.flows);
  EXPECT_EQ(three.handshakes, 3 * one.handshakes);
  EXPECT_EQ(three.sketches, 3 * one.sketches);
  EXPECT_EQ(three.connlimit, one.connlimit) << "all workers share it";
  EXPECT_EQ(three.tables, StateLayout(config.core, 3).layout.bytes());
}

TEST(MemoryPlan, PagesAreWholeOnes) {
  MemoryPlan plan;
  plan.tables = (2 << 20) + 1;
  plan.buffers = 2 << 20;
  EXPECT_EQ(plan.table_pages(), 2u);
  EXPECT_EQ(plan.buffer_pages(), 1u);
}

TEST(MemoryPlan, SaysWhatToReserve) {
  ApplianceConfig config = OneWorker();
  MemoryPlan plan;
  plan.tables = plan.buffers = 4 << 20;
  const auto told = [&] {
    const std::string text = Render(plan, config);
    return text.substr(text.find("  pages to reserve "));
  };
  EXPECT_EQ(told(),
            "  pages to reserve           0 of 2 MB; with memory.huge_pages 4:\n"
            "                               2 for the tables, 2 for packet buffers\n");
  config.huge_pages = true;
  EXPECT_EQ(told(),
            "  pages to reserve           4 of 2 MB:\n"
            "                               2 for the tables, 2 for packet buffers\n");
}

TEST(MemoryPlan, IsToldInEightyColumns) {
  const ApplianceConfig config = OneWorker();
  std::istringstream lines(Render(PlanMemory(config), config));
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
}

}  // namespace
}  // namespace synsplice
