#include "io/memory/machine_memory.h"

#include <algorithm>
#include <fstream>

namespace synsplice {
namespace {

// 0: there is no such key.
uint64_t NumberBehind(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  std::string word;
  uint64_t number = 0;
  while (file >> word) {
    if (word == key && file >> number) return number;
  }
  return 0;
}

}  // namespace

Memory ReadMemory(const std::string& proc) {
  const std::string path = proc + "/meminfo";
  Memory memory;
  memory.available = NumberBehind(path, "MemAvailable:") << 10;
  memory.huge_pages = NumberBehind(path, "HugePages_Total:");
  memory.huge_pages_free = std::min(memory.huge_pages, NumberBehind(path, "HugePages_Free:"));
  const uint64_t page = NumberBehind(path, "Hugepagesize:") << 10;
  if (page != 0) memory.huge_page = page;
  return memory;
}

}  // namespace synsplice
