// `synsplicectl check FILE`.
#pragma once

#include <string>

namespace synsplice {

// Reports on the configuration in `file`: one line on stdout if it is good, else every diagnostic
// on stderr. Returns the exit status, 0 or 1.
int RunCheck(const std::string& file);

}  // namespace synsplice
