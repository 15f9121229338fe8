// `synsplicectl check FILE`.
#pragma once

#include <optional>
#include <string>

namespace synsplice {

struct CheckOptions {
  std::string file;  // "-": standard input
  // Of rules of the site that are to be kept besides those of the configuration.
  std::optional<std::string> rules = {};
  bool json = false;
};

// Reports on the configuration: that it is good and what memory it takes on stdout, or every
// diagnostic on stderr. As JSON both are on stdout, with the configuration as ShowAppliance shows
// it. Returns the exit status, 0 or 1.
int RunCheck(const CheckOptions& options);

}  // namespace synsplice
