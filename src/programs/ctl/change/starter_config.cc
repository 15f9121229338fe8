#include "programs/ctl/change/starter_config.h"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "control/appliance_config.h"
#include "control/config_relations.h"
#include "control/config_schema.h"
#include "control/device_text.h"
#include "control/start_relations.h"
#include "control/yaml/config_report.h"
#include "control/yaml/yaml_document.h"
#include "control/yaml/yaml_value.h"

namespace synsplice {
namespace {

// What is no text at all is left for the check to find.
std::string Quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') quoted += '\\';
    quoted += letter;
  }
  return quoted + '"';
}

std::string List(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + Quote(text);
  return "[" + list + "]";
}

// `port` makes the name of the virtual device unique.
std::string DeviceOf(const std::string& name, unsigned port) {
  const bool is_device =
      IsPciDevice(name) || name.starts_with("net_") || name.find(',') != name.npos;
  return is_device ? name : fmt::format("net_af_xdp{},iface={}", port, name);
}

std::string Line(const std::string& text, std::string_view comment) {
  return fmt::format("{:<50}  # {}\n", text, comment);
}

std::string Ports(const Wishes& wishes) {
  const auto port = [](std::string_view side, const std::string& device) {
    return fmt::format("  {}: {{device: {}}}", side, Quote(device));
  };
  return "ports:\n" + Line(port("outside", DeviceOf(wishes.outside, 0)), "towards the clients") +
         Line(port("inside", DeviceOf(wishes.inside, 1)), "towards the servers");
}

std::string Admin(const Wishes& wishes) {
  if (wishes.socket.empty()) return "";
  return "\n# Where synsplicectl show asks.\n" +
         fmt::format("admin: {{socket: {}}}\n", Quote(wishes.socket));
}

std::string Service(const Wishes& wishes) {
  std::string text = "services:\n";
  text +=
      wishes.backends.empty()
          ? "  # Transparent: the server itself has these addresses and ports.\n"
          : "  # NAT: clients know the addresses of listen, their connections go to backends.\n";
  text += Line("  - name: web", "as counters call it");
  text += fmt::format("    listen: {}\n", List(wishes.listen));
  if (!wishes.backends.empty()) text += fmt::format("    backends: {}\n", List(wishes.backends));
  if (wishes.connlimit == 0) return text;
  return text + Line(fmt::format("    connlimit: {{above: {}}}", wishes.connlimit),
                     "connections of one client address");
}

constexpr std::pair<std::string_view, std::string_view> kFlags[] = {
    {"ports.outside", "--outside"},           {"ports.inside", "--inside"},
    {"services[0].listen", "--listen"},       {"services[0].backends", "--backend"},
    {"services[0].connlimit", "--connlimit"}, {"admin.socket", "--socket"},
};

// "KEY: SENTENCE" -> "FLAG: SENTENCE"
std::string SaidOfFlag(const std::string& message) {
  for (const auto& [key, flag] : kFlags) {
    if (message.starts_with(key)) return std::string(flag) + message.substr(message.find(": "));
  }
  return message;
}

}  // namespace

std::string StarterConfig(const Wishes& wishes) {
  return "# Made by synsplicectl init; synsplicectl check --system FILE says what is wrong\n"
         "# synsplice.yaml(5) explains every key.\n\n" +
         Ports(wishes) +
         "\n# Of the cookies. Made when it is missing, its folder as well.\n"
         "cookie: {secret_file: /etc/synsplice/secret}\n" +
         Admin(wishes) + "\n" + Service(wishes);
}

std::string WhyNoStart(const std::string& text) {
  ConfigReport report("init", text);
  ApplianceConfig config;
  if (const auto root = ParseDocument(text, report)) {
    ReadAppliance(YamlValue(*root, report), config);
    CheckRelations(config, report);
    config.secret_file.clear();
    CheckStart(config, report);
  }
  const auto diagnostics = report.First(1);
  return diagnostics.empty() ? "" : SaidOfFlag(diagnostics.front().message);
}

}  // namespace synsplice
