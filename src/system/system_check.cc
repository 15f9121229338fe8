#include "system/system_check.h"

#include <fmt/format.h>

#include <array>

#include "control/device_text.h"
#include "io/host/privileges.h"
#include "io/host/start_error.h"
#include "system/link.h"
#include "system/port_findings.h"
#include "system/resources.h"

namespace synsplice {
namespace {

using PortName = std::pair<const char*, std::string>;  // key and device

Findings ExaminePort(const PortName& port, const ApplianceConfig& config, const std::string& sys) {
  const auto& [key, device] = port;
  if (IsPciDevice(device)) return {JudgePciDevice(key, device, sys)};
  const std::string interface = InterfaceOf(device);
  // Others make the interface that they name, or know none.
  if (interface.empty()) return {{Finding::Level::kGood, key, device, ""}};
  return JudgePort({key, device, ReadLink(interface)}, config);
}

void Append(const Findings& more, Findings& findings) {
  findings.insert(findings.end(), more.begin(), more.end());
}

}  // namespace

Findings ExamineSystem(const ApplianceConfig& config, const SystemRoots& roots) {
  Findings findings;
  const std::string &outside = config.ports.outside, &inside = config.ports.inside;
  Append(ExaminePort({"ports.outside", outside}, config, roots.sys), findings);
  Append(ExaminePort({"ports.inside", inside}, config, roots.sys), findings);
  Append(JudgeMemory(ReadMemory(roots.proc), config), findings);
  findings.push_back(JudgeCapabilities(MissingCapabilities(std::array{outside, inside})));
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
    const Findings findings = ExamineSystem(loaded.config);
    fmt::print("{}", Render(findings));
    return AnyWrong(findings) ? 1 : 0;
  } catch (const StartError& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 1;
  }
}

}  // namespace synsplice
