#include "control/start_relations.h"

#include <fmt/format.h>

#include <filesystem>

#include "control/secret_file.h"

namespace synsplice {
namespace {

void RequirePorts(const PortsConfig& ports, ConfigReport& report) {
  if (!ports.outside.empty() || !ports.inside.empty()) return;
  report.FailRelation({"ports.outside", "ports.inside"},
                      "has no device, and ports.inside has none: synsplice needs both to start");
}

void RequireSecret(const std::string& key, const std::string& path, ConfigReport& report) {
  if (path.empty() || !report.IsSound(key)) return;
  if (const std::string why = WhyNoSecret(path); !why.empty()) report.FailAtKey(key, why);
}

// What the address of a Unix socket has room for (unix(7)).
constexpr size_t kLongestSocket = 107;

void RequireSocket(const std::string& key, const std::string& path, ConfigReport& report) {
  if (path.empty() || !report.IsSound(key)) return;
  if (path.front() == '/' && path.size() <= kLongestSocket) return;
  report.FailAtKey(
      key, fmt::format("'{}' is no absolute path of at most {} bytes", path, kLongestSocket));
}

void RequireFolder(const std::string& path, ConfigReport& report) {
  if (path.empty() || !report.IsSound("state.folder")) return;
  std::error_code error;
  if (path.front() == '/' && std::filesystem::is_directory(path, error)) return;
  report.FailAtKey("state.folder", fmt::format("'{}' is no absolute path of a folder", path));
}

}  // namespace

void CheckStart(const ApplianceConfig& config, ConfigReport& report) {
  RequirePorts(config.ports, report);
  RequireSecret("cookie.secret_file", config.secret_file, report);
  RequireSecret("admin.token_file", config.admin.token_file, report);
  RequireSocket("admin.socket", config.admin.socket, report);
  RequireSocket("events.socket", config.events.socket, report);
  RequireFolder(config.state_folder, report);
}

}  // namespace synsplice
