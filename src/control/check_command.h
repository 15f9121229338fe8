// `synsplicectl check FILE`.
#pragma once

#include <string>

namespace synsplice {

// Reports on the configuration in `file`: that it is good and what memory it takes on stdout, or
// every diagnostic on stderr. Returns the exit status, 0 or 1.
int RunCheck(const std::string& file);

}  // namespace synsplice
