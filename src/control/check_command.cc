#include "control/check_command.h"

#include <fmt/format.h>

#include <numeric>

#include "control/config_loader.h"
#include "control/memory_plan.h"

namespace synsplice {

int RunCheck(const std::string& file) {
  const LoadedConfig loaded = LoadConfig(file, Purpose::kStart);
  if (!loaded.ok()) {
    fmt::print(stderr, "{}", Render(loaded));
    return 1;
  }
  const auto& services = loaded.config.core.services;
  const size_t listeners =
      std::transform_reduce(services.begin(), services.end(), size_t{0}, std::plus<>(),
                            [](const ServiceConfig& service) { return service.listen.size(); });
  fmt::print("{}: ok ({} services, {} listeners)\n", file == "-" ? "standard input" : file,
             services.size(), listeners);
  fmt::print("{}", Render(PlanMemory(loaded.config), loaded.config));
  return 0;
}

}  // namespace synsplice
