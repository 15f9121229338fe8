#include "io/admin/process_watch.h"

#include <sys/resource.h>
#include <unistd.h>

#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace synsplice {
namespace {

// Fields of proc(5) by their numbers there; the first behind the command is the third.
constexpr size_t kFirst = 3, kUserTime = 14, kSystemTime = 15, kThreads = 20, kStartTime = 22,
                 kVirtual = 23, kResident = 24;

std::vector<std::string> FieldsOf(std::string_view stat) {
  const size_t command = stat.rfind(')');
  if (command == stat.npos) return {};
  std::istringstream words{std::string(stat.substr(command + 1))};
  return {std::istream_iterator<std::string>(words), {}};
}

uint64_t Number(const std::vector<std::string>& fields, size_t number) {
  if (number - kFirst >= fields.size()) return 0;
  return std::strtoull(fields[number - kFirst].c_str(), nullptr, 10);
}

double ToSeconds(uint64_t ticks) {
  return static_cast<double>(ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double Now(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string OwnStat() {
  std::ifstream file("/proc/self/stat");
  return {std::istreambuf_iterator<char>(file), {}};
}

// Without the one that looks.
uint64_t OpenDescriptors() {
  std::error_code error;
  uint64_t count = 0;
  std::filesystem::directory_iterator entry("/proc/self/fd", error);
  while (!error && entry != std::filesystem::directory_iterator()) {
    ++count;
    entry.increment(error);
  }
  return count == 0 ? 0 : count - 1;
}

uint64_t MostDescriptors() {
  rlimit limit{};
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_cur : 0;
}

}  // namespace

ProcessUsage ParseProcessStat(std::string_view stat) {
  const std::vector<std::string> fields = FieldsOf(stat);
  ProcessUsage usage;
  usage.cpu_seconds = ToSeconds(Number(fields, kUserTime) + Number(fields, kSystemTime));
  usage.threads = Number(fields, kThreads);
  usage.virtual_bytes = Number(fields, kVirtual);
  usage.resident_bytes = Number(fields, kResident) * static_cast<uint64_t>(getpagesize());
  return usage;
}

// Once, so that it stays the same when the machine's clock is set.
ProcessWatch::ProcessWatch()
    : started_(Now(CLOCK_REALTIME) - Now(CLOCK_BOOTTIME) +
               ToSeconds(Number(FieldsOf(OwnStat()), kStartTime))) {}

ProcessUsage ProcessWatch::Look() const {
  ProcessUsage usage = ParseProcessStat(OwnStat());
  usage.open_descriptors = OpenDescriptors();
  usage.most_descriptors = MostDescriptors();
  usage.started = started_;
  return usage;
}

}  // namespace synsplice
