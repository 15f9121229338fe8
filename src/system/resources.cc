#include "system/resources.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <bit>
#include <filesystem>
#include <fstream>

#include "control/buffer_plan.h"
#include "io/host/privileges.h"
#include "synsplice/flow/flow.h"
#include "synsplice/flow/handshake_slots.h"

namespace synsplice {
namespace {

using enum Finding::Level;

constexpr uint64_t kMebibyte = 1 << 20;
constexpr uint64_t kConnlimitEntry = 128, kSketches = kMebibyte;  // bytes, the latter per worker

// The tables of all workers, at least.
uint64_t TableBytes(const ApplianceConfig& config) {
  const uint64_t flows = std::bit_ceil(config.core.flow_table_entries) * uint64_t{sizeof(Flow)};
  const uint64_t slots = config.core.handshake.slots * uint64_t{sizeof(HandshakeSlot)};
  return config.workers * (flows + slots + kSketches) +
         std::bit_ceil(config.core.connlimit_table_entries) * kConnlimitEntry;
}

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

Finding JudgeHugePages(const Memory& memory, uint64_t bytes) {
  const uint64_t needed = (bytes + memory.huge_page - 1) / memory.huge_page;
  std::string sentence = fmt::format("{} of {} kB are free, about {} needed",
                                     memory.huge_pages_free, memory.huge_page >> 10, needed);
  if (memory.huge_pages_free >= needed) return {kGood, "huge pages", std::move(sentence), ""};
  const uint64_t in_use = memory.huge_pages - memory.huge_pages_free;
  return {kWrong, "huge pages", sentence + "; or memory.huge_pages: false",
          fmt::format("echo {} > /proc/sys/vm/nr_hugepages", in_use + needed)};
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

Findings JudgeMemory(const Memory& memory, const ApplianceConfig& config) {
  Findings findings;
  const uint64_t buffers = BufferBytes(config);
  if (config.huge_pages) findings.push_back(JudgeHugePages(memory, buffers));
  const uint64_t needed = TableBytes(config) + (config.huge_pages ? 0 : buffers);
  const std::string sentence =
      fmt::format("{} MiB available, about {} MiB needed", memory.available >> 20, needed >> 20);
  const bool good = needed <= memory.available;
  findings.push_back({good ? kGood : kWrong, "memory",
                      good ? sentence
                           : sentence + ": smaller flow_table.entries, handshake.slots, "
                                        "connlimit_table.entries, memory.mbufs or workers",
                      good ? "" : "ps -eo rss,pid,args --sort=-rss | head"});
  return findings;
}

Finding JudgeCapabilities(std::span<const std::string> missing) {
  if (missing.empty()) return {kGood, "capabilities", "all that a start takes", ""};
  return {kWrong, "capabilities",
          fmt::format("this process lacks {}: start as root, or give them to the program",
                      fmt::join(missing, ", ")),
          GrantCommand(missing)};
}

Finding JudgeSecret(const std::string& path) {
  if (path.empty()) {
    return {kHint, "secret",
            "cookie.secret_file is not set: a random secret for each run, cookies of the one "
            "before are worth nothing",
            ""};
  }
  std::error_code unseen;
  const bool there = std::filesystem::exists(path, unseen);
  return {kGood, "secret", path + (there ? ": good" : ": is made at the start"), ""};
}

}  // namespace synsplice
