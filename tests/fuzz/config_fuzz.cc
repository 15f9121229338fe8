// Any text as a configuration: it loads, or it is refused with findings that name places in the
// file. What loads is a policy that the core accepts.
#include <algorithm>
#include <cstdint>

#include "control/config_loader.h"
#include "fuzz/memory_file.h"
#include "synsplice/base/check.h"
#include "synsplice/policy/policy.h"

namespace synsplice {
namespace {

constexpr size_t kMostBytes = 1 << 14;

void CheckDiagnostic(const Diagnostic& diagnostic, int lines) {
  SYNSPLICE_CHECK(!diagnostic.message.empty());
  SYNSPLICE_CHECK(diagnostic.line >= 0 && diagnostic.line <= lines);
  SYNSPLICE_CHECK(diagnostic.line == 0 || diagnostic.column >= 1);
  SYNSPLICE_CHECK(Render(diagnostic).find(diagnostic.message) != std::string::npos);
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  if (size > kMostBytes) return 0;
  const fuzz::MemoryFile file({data, size});
  const LoadedConfig loaded = LoadConfig(file.path());
  const auto lines = static_cast<int>(std::count(data, data + size, '\n')) + 1;
  for (const Diagnostic& diagnostic : loaded.diagnostics) CheckDiagnostic(diagnostic, lines);
  if (!loaded.ok()) return 0;
  SYNSPLICE_CHECK(Policy::Validate(loaded.config.core).empty());
  const Policy policy(loaded.config.core);
  SYNSPLICE_CHECK(policy.config().services.size() == loaded.config.core.services.size());
  return 0;
}
