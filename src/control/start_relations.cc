#include "control/start_relations.h"

#include "control/secret_file.h"

namespace synsplice {
namespace {

void RequirePorts(const PortsConfig& ports, ConfigReport& report) {
  if (!ports.outside.empty() || !ports.inside.empty()) return;
  report.FailRelation({"ports.outside", "ports.inside"},
                      "has no device, and ports.inside has none: synsplice needs both to start");
}

void RequireSecret(const std::string& path, ConfigReport& report) {
  if (path.empty() || !report.IsSound("cookie.secret_file")) return;
  if (const std::string why = WhyNoSecret(path); !why.empty()) {
    report.FailAtKey("cookie.secret_file", why);
  }
}

}  // namespace

void CheckStart(const ApplianceConfig& config, ConfigReport& report) {
  RequirePorts(config.ports, report);
  RequireSecret(config.secret_file, report);
}

}  // namespace synsplice
