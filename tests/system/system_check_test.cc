#include "system/system_check.h"

#include <gtest/gtest.h>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

// An empty machine: nothing of what the configuration names is there.
TEST(ExamineSystem, FindsWhatIsMissing) {
  const TemporaryFolder folder;
  ApplianceConfig config;
  config.ports.outside = "net_af_xdp0,iface=nosuch0";
  config.ports.inside = "03:00.0";
  const Findings findings = ExamineSystem(config, {folder.File("sys"), folder.File("proc")});
  const std::string text = Render(findings);
  EXPECT_TRUE(AnyWrong(findings));
  for (const char* sentence :
       {"there is no network interface \"nosuch0\"", "there is no PCI device 0000:03:00.0",
        "budgets of sources, act", "0 MiB available", "cookie.secret_file is not set"}) {
    EXPECT_NE(text.find(sentence), std::string::npos) << sentence << " is not in\n" << text;
  }
}

}  // namespace
}  // namespace synsplice
