#include "system/system_check.h"

#include <fmt/format.h>

#include <array>

#include "control/device_text.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"
#include "io/terminal/progress_line.h"
#include "system/link.h"
#include "system/port_findings.h"
#include "system/resources.h"

namespace synsplice {
namespace {

struct ConfiguredPort {
  const char* key;
  std::string device;
  bool is_ours = false;  // synsplice runs on it, and may
};

// The lock and the program of a synsplice that may be there are no findings, nor does it wait for a
// start.
std::optional<Link> LinkOf(const std::string& interface, bool is_ours) {
  std::optional<Link> link = ReadLink(interface);
  if (link && is_ours && !link->holder.empty()) {
    link->holder.clear();
    link->program = 0;
    link->is_wire = false;
  }
  return link;
}

Findings ExaminePort(const ConfiguredPort& port, const ApplianceConfig& config,
                     const std::string& sys) {
  const auto& [key, device, is_ours] = port;
  if (IsPciDevice(device)) return {JudgePciDevice(key, device, sys)};
  const std::string interface = InterfaceOf(device);
  // Others make the interface that they name, or know none.
  if (interface.empty()) return {{Finding::Level::kGood, key, device, ""}};
  return JudgePort({key, device, LinkOf(interface, is_ours)}, config);
}

void Append(const Findings& more, Findings& findings) {
  findings.insert(findings.end(), more.begin(), more.end());
}

Findings ExaminePorts(const ApplianceConfig& config, bool are_ours, const std::string& sys) {
  Findings findings = ExaminePort({"ports.outside", config.ports.outside, are_ours}, config, sys);
  Append(ExaminePort({"ports.inside", config.ports.inside, are_ours}, config, sys), findings);
  findings.push_back(JudgePrefilter(config));
  return findings;
}

Findings Examine(const ApplianceConfig& config) {
  ProgressLine progress;
  progress.Show("examining ports, memory, rights ...");
  return ExamineSystem(config);
}

}  // namespace

Findings ExamineSystem(const ApplianceConfig& config, const SystemRoots& roots) {
  Findings findings = ExaminePorts(config, false, roots.sys);
  const std::array devices{config.ports.outside, config.ports.inside};
  Append(JudgeMemory(ReadMemory(roots.proc), config), findings);
  findings.push_back(JudgeCapabilities(MissingCapabilities(devices)));
  findings.push_back(JudgeSecret(config.secret_file));
  return findings;
}

Findings ExamineRunningSystem(const ApplianceConfig& config, const SystemRoots& roots) {
  Findings findings = ExaminePorts(config, true, roots.sys);
  findings.push_back(JudgeSecret(config.secret_file));
  return findings;
}

int RunSystemCheck(const std::string& file) {
  const LoadedConfig loaded = LoadConfig(file, Purpose::kStart);
  if (!loaded.ok()) {
    fmt::print(stderr, "{}", Render(loaded));
    return 1;
  }
  try {
    const Findings findings = Examine(loaded.config);
    fmt::print("{}", Render(findings));
    return AnyWrong(findings) ? 1 : 0;
  } catch (const StartError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace synsplice
