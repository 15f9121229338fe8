#include "io/memory/machine_memory.h"

#include <gtest/gtest.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

TEST(MachineMemory, IsReadFromProc) {
  const TemporaryFolder proc;
  proc.Write("meminfo",
             "MemTotal: 9 kB\nMemAvailable:    2048 kB\nHugePages_Total:      7\n"
             "HugePages_Free:       5\nHugepagesize:    1048576 kB\n");
  const Memory memory = ReadMemory(proc.File(""));
  EXPECT_EQ(memory.available, 2048u << 10);
  EXPECT_EQ(memory.huge_pages, 7u);
  EXPECT_EQ(memory.huge_pages_free, 5u);
  EXPECT_EQ(memory.huge_page, 1u << 30);
}

}  // namespace
}  // namespace synsplice
