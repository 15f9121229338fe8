#include "control/check_command.h"

#include <gtest/gtest.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

struct Outcome {
  int status;
  std::string out;
  std::string error;
};

Outcome Check(const std::string& file) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = RunCheck(file);
  std::fflush(stdout);
  return {status, testing::internal::GetCapturedStdout(), testing::internal::GetCapturedStderr()};
}

TEST(RunCheck, GoodFile) {
  const TemporaryFolder folder;
  const std::string file = folder.Write(
      "good.yaml", R"(ports: {outside: {device: net_null0}, inside: {device: net_null1}}
services:
- {name: a, listen: ["198.18.0.1:80", "198.18.0.1:81"]}
- {name: b, listen: ["[2001:db8::1]:80"]}
)");
  const Outcome outcome = Check(file);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_TRUE(outcome.out.starts_with(file + ": ok (2 services, 3 listeners)\nmemory, "));
  EXPECT_NE(outcome.out.find("\n  pages to reserve "), std::string::npos);
  EXPECT_EQ(outcome.error, "");
}

TEST(RunCheck, BadFile) {
  const TemporaryFolder folder;
  const std::string file = folder.Write("bad.yaml", "worker: 1\nports: 2\n");
  const Outcome outcome = Check(file);
  EXPECT_EQ(outcome.status, 1);
  EXPECT_EQ(outcome.out, "");
  EXPECT_EQ(outcome.error, file + ":1:1: worker: unknown key, did you mean 'workers'?\n" +
                               "worker: 1\n^\n" + file +
                               ":2:8: ports: is a single value, must be a map (key: value)\n" +
                               "ports: 2\n       ^\n");
}

}  // namespace
}  // namespace synsplice
