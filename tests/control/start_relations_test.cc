// What `check` and a start find and a replay does not ask for.
#include "control/start_relations.h"

#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

std::string StartComplaints(const TemporaryFolder& folder, std::string_view text) {
  LoadedConfig loaded = LoadConfig(folder.Write("test.yaml", text), Purpose::kStart);
  for (Diagnostic& diagnostic : loaded.diagnostics) diagnostic.file = "test.yaml";
  return Render(loaded);
}

constexpr const char* kPorts =
    "ports: {outside: {device: net_null0}, inside: {device: net_null1}}\n";

TEST(CheckStart, NeedsBothPorts) {
  const TemporaryFolder folder;
  EXPECT_EQ(StartComplaints(folder, kPorts), "");
  EXPECT_EQ(
      StartComplaints(folder, "workers: 1\nports: {mtu: 1400}\n"),
      R"(test.yaml:1:1: ports.outside: has no device, and ports.inside has none: synsplice needs both to start
workers: 1
^
)");
  EXPECT_EQ(Complaints("workers: 1\n"), "") << "a replay needs none";
}

TEST(CheckStart, MisspeltPortsAreOneMistake) {
  const TemporaryFolder folder;
  EXPECT_EQ(StartComplaints(folder, "prots: {}\n"),
            "test.yaml:1:1: prots: unknown key, did you mean 'ports'?\nprots: {}\n^\n");
}

TEST(CheckStart, SecretFileIsGoodOrCanBeMade) {
  const TemporaryFolder folder;
  const std::string secret = folder.Write("secret", "no digits");
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  const std::string text = kPorts + ("cookie: {secret_file: " + secret + "}");
  EXPECT_EQ(StartComplaints(folder, text),
            "test.yaml:2:10: cookie.secret_file: secret file '" + secret +
                "' must hold 32 hexadecimal digits and nothing else\ncookie: {secret_file: " +
                secret + "}\n         ^\n");
  EXPECT_EQ(Complaints(text), "") << "a replay judges it when it reads it";
  std::filesystem::remove(secret);
  EXPECT_EQ(StartComplaints(folder, text), "");
  EXPECT_FALSE(std::filesystem::exists(secret));
}

TEST(CheckStart, SocketsHaveAnAbsolutePathThatFits) {
  const TemporaryFolder folder;
  for (const std::string section : {"admin", "events"}) {
    const auto complaints = [&](const std::string& path) {
      return StartComplaints(folder, kPorts + (section + ": {socket: \"" + path + "\"}"));
    };
    EXPECT_EQ(complaints(""), "");
    EXPECT_EQ(complaints("/" + std::string(106, 's')), "");
    EXPECT_NE(complaints("/" + std::string(107, 's')).find("no absolute path of at most 107 bytes"),
              std::string::npos);
    EXPECT_NE(complaints("some.sock").find(section + ".socket: 'some.sock' is no"),
              std::string::npos);
  }
}

TEST(CheckStart, StateHasAFolder) {
  const TemporaryFolder folder;
  const auto complaints = [&](const std::string& path) {
    return StartComplaints(folder, kPorts + ("state: {folder: \"" + path + "\"}"));
  };
  EXPECT_EQ(complaints(""), "");
  EXPECT_EQ(complaints(folder.File("")), "");
  EXPECT_NE(complaints("state").find("state.folder: 'state' is no absolute path of a folder"),
            std::string::npos);
  EXPECT_NE(complaints(folder.File("none")), "");
}

}  // namespace
}  // namespace synsplice
