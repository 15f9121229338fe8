#include "programs/diagnosis/support_bundle_command.h"

#include <fmt/format.h>

#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "control/config_loader.h"
#include "programs/ctl/api_client.h"
#include "programs/ctl/look/flow_commands.h"
#include "programs/diagnosis/bundle_file.h"
#include "programs/diagnosis/machine_facts.h"
#include "programs/diagnosis/pseudonyms.h"
#include "programs/diagnosis/secrets.h"

namespace synsplice {
namespace {

constexpr const char* kFolder = "synsplice-support";
constexpr size_t kMostFlows = 1000;

constexpr const char* kReadMe =
    R"(What synsplicectl support-bundle has collected:

api/         what the running appliance tells; flows.json has a thousand connections at most
config.yaml  the configuration, the values of keys for secrets blanked
doctor.txt   what is wrong with the appliance or with the machine, and what mends it
machine/     kernel, distribution, processor, memory, the interfaces of both ports

{}
The secret and the token are not in here, and no log is. If it matters, look it through and add it:

    journalctl -u synsplice --since -1h
)";

constexpr const char* kMasked =
    "Clients are called client1, client2, ...: the same one by the same name everywhere. Addresses "
    "of\n"
    "services and backends stay.\n";
constexpr const char* kNamed = "Clients are named by their addresses (--addresses).\n";

std::string Answer(const std::string& socket, const ApiQuestion& question) {
  const ApiAnswer answer = AskApi(socket, question);
  return answer.trouble.empty() ? answer.body : "(" + answer.trouble + ")\n";
}

std::string Flows(const std::string& socket) {
  FlowOptions options;
  options.socket = socket;
  options.limit = kMostFlows;
  nlohmann::ordered_json flows;
  const ApiAnswer end = CollectFlows(options, flows);
  return end.trouble.empty() ? flows.dump(2) + "\n" : "(" + end.trouble + ")\n";
}

std::vector<BundleFile> Answers(const std::string& socket) {
  std::vector<BundleFile> files;
  for (const std::string name :
       {"version", "status", "services", "backends", "ports", "workers", "drops", "events"}) {
    files.push_back({"api/" + name + ".json", Answer(socket, {"/v1/" + name, {}})});
  }
  files.push_back({"api/metrics.txt", Answer(socket, {"/metrics", {}})});
  files.push_back({"api/flows.json", Flows(socket)});
  return files;
}

// Those of services and backends are the operator's.
void MaskClients(std::vector<BundleFile>& answers) {
  std::set<Address> known;
  for (const BundleFile& file : answers) {
    if (file.name == "api/services.json" || file.name == "api/backends.json") {
      known.merge(AddressesIn(file.text));
    }
  }
  Pseudonyms pseudonyms(std::move(known));
  for (BundleFile& file : answers) file.text = pseudonyms.Mask(file.text);
}

std::vector<BundleFile> Collect(const SupportBundleOptions& options) {
  const LoadedConfig loaded = LoadConfig(options.appliance.file);
  std::vector<BundleFile> files = Answers(SocketOf(options.appliance, loaded.config.admin.socket));
  if (!options.addresses) MaskClients(files);
  files.push_back({"config.yaml", BlankSecretKeys(TextOfFile(options.appliance.file))});
  files.push_back({"doctor.txt", Render(Examine(options.appliance))});
  for (BundleFile& facts : MachineFacts(loaded.config)) files.push_back(std::move(facts));
  files.push_back(
      {"README", fmt::format(fmt::runtime(kReadMe), options.addresses ? kNamed : kMasked)});
  // They stand nowhere, unless somebody has typed them where they do not belong.
  const std::vector<std::string> secrets = {SecretIn(loaded.config.secret_file),
                                            SecretIn(loaded.config.admin.token_file)};
  for (BundleFile& file : files) file.text = WithoutSecrets(std::move(file.text), secrets);
  return files;
}

}  // namespace

void AddSupportBundleOptions(CLI::App& command, SupportBundleOptions& options) {
  AddApplianceOptions(command, options.appliance);
  // Not the archive, whose name is an option.
  command.get_option("file")->check(CLI::ExistingFile);
  command.add_option("-o,--output", options.output, "the archive, a .tar.gz")
      ->capture_default_str();
  command.add_flag("--addresses", options.addresses, "with the addresses of clients");
}

int RunSupportBundle(const SupportBundleOptions& options) {
  const std::string why = WriteBundle(options.output, kFolder, Collect(options));
  if (why.empty()) {
    std::cout << options.output << " is written; look it through before you give it away\n";
    return std::cout.flush() ? 0 : 1;
  }
  std::cerr << "synsplicectl: " << why << "\n";
  return 1;
}

}  // namespace synsplice
