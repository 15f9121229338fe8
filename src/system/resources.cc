#include "system/resources.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "control/memory_plan.h"
#include "io/host/privileges.h"

namespace synsplice {
namespace {

using enum Finding::Level;

constexpr uint64_t kMebibyte = 1 << 20;
// Tables that find no reserved pages take others; packet buffers do not.
Finding JudgeHugePages(const Memory& memory, const MemoryPlan& plan) {
  const auto pages = [&](uint64_t bytes) {
    return (bytes + memory.huge_page - 1) / memory.huge_page;
  };
  const uint64_t buffers = pages(plan.buffers), needed = buffers + pages(plan.tables);
  std::string sentence = fmt::format("{} of {} kB are free, about {} needed",
                                     memory.huge_pages_free, memory.huge_page >> 10, needed);
  if (memory.huge_pages_free >= needed) return {kGood, "huge pages", std::move(sentence), ""};
  const uint64_t in_use = memory.huge_pages - memory.huge_pages_free;
  std::string command = fmt::format("echo {} > /proc/sys/vm/nr_hugepages", in_use + needed);
  if (memory.huge_pages_free >= buffers) {
    return {kHint, "huge pages", sentence + ": enough for the packet buffers, not for the tables",
            std::move(command)};
  }
  return {kWrong, "huge pages", sentence + "; or memory.huge_pages: false", std::move(command)};
}

}  // namespace

Findings JudgeMemory(const Memory& memory, const ApplianceConfig& config) {
  Findings findings;
  const MemoryPlan plan = PlanMemory(config);
  if (config.huge_pages) findings.push_back(JudgeHugePages(memory, plan));
  const uint64_t needed = plan.tables + plan.sketches + (config.huge_pages ? 0 : plan.buffers);
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
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return {kGood, "secret", path + ": is made at the start", ""};
  }
  const std::string whose =
      status.st_uid == ::geteuid()
          ? ""
          : fmt::format(" for a start as user {}, whose it is", status.st_uid);
  return {kGood, "secret", path + ": good" + whose, ""};
}

}  // namespace synsplice
