// Why a file of site rules cannot be used.
#pragma once

#include <string>

namespace synsplice {

// Thrown while rules are read, and nowhere else.
struct BadRules {
  std::string sentence;
};

}  // namespace synsplice
