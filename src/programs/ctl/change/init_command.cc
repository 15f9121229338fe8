#include "programs/ctl/change/init_command.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

#include "programs/ctl/api_client.h"

namespace synsplice {
namespace {

// Without a terminal there is nobody to ask.
std::string Ask(const char* flag, const char* question) {
  if (::isatty(STDIN_FILENO) == 0) throw CLI::RequiredError(flag);
  std::cerr << question << ": " << std::flush;
  std::string answer;
  if (!std::getline(std::cin, answer) || answer.empty()) throw CLI::RequiredError(flag);
  return answer;
}

void AskForMissing(Wishes& wishes) {
  if (wishes.outside.empty()) {
    wishes.outside = Ask("--outside", "Interface towards the clients, such as eth1");
  }
  if (wishes.inside.empty()) {
    wishes.inside = Ask("--inside", "Interface towards the servers, such as eth2");
  }
  if (wishes.listen.empty()) {
    wishes.listen = {Ask("--listen", "What to protect, ADDRESS:PORT")};
  }
}

void Complete(Wishes& wishes) {
  AskForMissing(wishes);
  const std::string why = WhyNoStart(StarterConfig(wishes));
  if (!why.empty()) throw CLI::ValidationError(why);
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

// Why the file was not written; empty: it was. What has its name already stays as it is, a symbolic
// link too ("x").
std::string WriteNew(const std::string& path, const std::string& text) {
  File file(std::fopen(path.c_str(), "wxe"), std::fclose);
  if (!file && errno == EEXIST) return "is there already, and init overwrites nothing";
  if (!file) return fmt::format("cannot be written: {}", std::strerror(errno));
  const bool wrote = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  if (std::fclose(file.release()) == 0 && wrote) return "";
  const std::string why = fmt::format("cannot be written: {}", std::strerror(errno));
  std::remove(path.c_str());
  return why;
}

}  // namespace

void AddInitOptions(CLI::App& command, InitOptions& options) {
  Wishes& wishes = options.wishes;
  wishes.socket = kDefaultSocket;
  command.add_option("--outside", wishes.outside, "interface (eth1) or device to clients");
  command.add_option("--inside", wishes.inside, "interface (eth2) or device to servers");
  command.add_option("--listen", wishes.listen, "ADDRESS:PORT to protect; may be repeated")
      ->allow_extra_args(false);
  command.add_option("--backend", wishes.backends, "ADDRESS:PORT of a server (NAT); as --listen")
      ->allow_extra_args(false);
  command.add_option("--connlimit", wishes.connlimit, "most connections of a client address");
  command.add_option("--socket", wishes.socket, "where the API answers; '': nowhere")
      ->capture_default_str();
  command.add_option("-o,--output", options.output, "a new file, not standard output");
  command.callback([&wishes] { Complete(wishes); });
}

int RunInit(const InitOptions& options) {
  const std::string text = StarterConfig(options.wishes);
  if (options.output.empty()) return std::cout << text << std::flush ? 0 : 1;
  const std::string why = WriteNew(options.output, text);
  if (why.empty()) return 0;
  std::cerr << "synsplicectl: " << options.output << ": " << why << "\n";
  return 1;
}

}  // namespace synsplice
