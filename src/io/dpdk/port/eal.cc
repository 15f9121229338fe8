#include "io/dpdk/port/eal.h"

#include <fmt/format.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_ethdev.h>
#include <rte_lcore.h>
#include <rte_mbuf_core.h>
#include <sched.h>

#include <algorithm>
#include <array>

#include "control/buffer_plan.h"
#include "control/device_text.h"
#include "control/memory_plan.h"
#include "io/dpdk/port/stderr_capture.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"

namespace synsplice {
namespace {

bool HasOption(const std::vector<std::string>& arguments, std::string_view option) {
  return std::any_of(arguments.begin(), arguments.end(), [option](const std::string& argument) {
    return argument.starts_with(option);
  });
}

// Workers take the last CPUs, one each, and the main lcore, which sleeps, takes the first; with
// too few CPUs several lcores share one.
std::string LcoreMap(unsigned workers, const std::vector<unsigned>& cpus) {
  std::string map = fmt::format("0@{}", cpus.front());
  const size_t first = cpus.size() > workers ? cpus.size() - workers : 0;
  for (unsigned worker = 0; worker < workers; ++worker) {
    map += fmt::format(",{}@{}", worker + 1, cpus[(first + worker) % cpus.size()]);
  }
  return map;
}

static_assert(sizeof(rte_mbuf) == kMbufBytes);

std::vector<unsigned> AllowedCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  sched_getaffinity(0, sizeof set, &set);
  std::vector<unsigned> cpus;
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &set)) cpus.push_back(cpu);
  }
  return cpus;
}

void AddDeviceArguments(const PortsConfig& ports, std::vector<std::string>& arguments) {
  bool any_pci = false;
  for (const std::string& device : {ports.outside, ports.inside}) {
    if (!IsPciDevice(device)) continue;
    arguments.insert(arguments.end(), {"-a", device});
    any_pci = true;
  }
  if (!any_pci) arguments.push_back("--no-pci");
}

// What an operator can do about it, if it is one of the usual causes.
std::string Remedies(const ApplianceConfig& config) {
  std::string text;
  if (config.huge_pages) {
    const MemoryPlan plan = PlanMemory(config);
    text = fmt::format("; reserve huge pages: echo {} > /proc/sys/vm/nr_hugepages (of 2 MB)",
                       plan.buffer_pages() + plan.table_pages());
  }
  return text + PrivilegeRemedy(std::array{config.ports.outside, config.ports.inside});
}

void Init(std::vector<std::string>& arguments, const ApplianceConfig& config) {
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  StderrCapture output;
  if (rte_eal_init(static_cast<int>(argv.size()), argv.data()) < 0) {
    throw StartError(fmt::format("DPDK does not start: {} ({}){}", rte_strerror(rte_errno),
                                 output.Cause(), Remedies(config)));
  }
}

// One that was left as it is, with a program that stays on its interface: EAL would have the driver
// take that off.
bool AnyAfXdpPort() {
  uint16_t port;
  RTE_ETH_FOREACH_DEV(port) {
    rte_eth_dev_info info;
    const bool known = rte_eth_dev_info_get(port, &info) == 0;
    if (known && IsAfXdp(info.driver_name)) return true;
  }
  return false;
}

}  // namespace

std::vector<std::string> EalArguments(const ApplianceConfig& config,
                                      const std::vector<unsigned>& cpus,
                                      const std::vector<std::string>& operator_arguments) {
  std::vector<std::string> arguments = {fmt::format("--log-level={}", kQuietLogLevel),
                                        "--no-telemetry"};
  // EAL refuses two choices of lcores instead of taking the last.
  if (!HasOption(operator_arguments, "-l") && !HasOption(operator_arguments, "-c") &&
      !HasOption(operator_arguments, "--lcores")) {
    arguments.push_back("--lcores=" + LcoreMap(config.workers, cpus));
  }
  if (config.huge_pages) {
    // Leaves no file behind and lets any number of instances run beside each other.
    arguments.push_back("--in-memory");
  } else {
    arguments.insert(arguments.end(),
                     {"--no-huge", "--no-shconf", "-m", std::to_string(EalBytes(config) >> 20)});
  }
  AddDeviceArguments(config.ports, arguments);
  arguments.insert(arguments.end(), operator_arguments.begin(), operator_arguments.end());
  return arguments;
}

Eal::Eal(const ApplianceConfig& config, const std::vector<std::string>& operator_arguments)
    : arguments_(EalArguments(config, AllowedCpus(), operator_arguments)) {
  arguments_.insert(arguments_.begin(), "synsplice");
  Init(arguments_, config);
  unsigned lcore;
  RTE_LCORE_FOREACH_WORKER(lcore) { worker_lcores_.push_back(lcore); }
  if (worker_lcores_.size() < config.workers) {
    const size_t found = worker_lcores_.size();
    rte_eal_cleanup();
    throw StartError(
        fmt::format("the configuration has {} workers, the EAL arguments have {} "
                    "lcores besides the main one",
                    config.workers, found));
  }
  worker_lcores_.resize(config.workers);
}

Eal::~Eal() {
  if (!AnyAfXdpPort()) rte_eal_cleanup();
}

}  // namespace synsplice
