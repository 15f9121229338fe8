// What an examination of the machine has found, and how it is shown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace synsplice {

struct Finding {
  enum class Level : uint8_t {
    kGood,
    kHint,   // it starts, and does less than it could or loses frames
    kWrong,  // it does not start
  };

  Level level = Level::kGood;
  std::string about;     // a key of the configuration, or a part of the machine
  std::string sentence;  // what is there
  std::string remedy;    // a command that mends it; empty: none
};

using Findings = std::vector<Finding>;

// A table in the order of the findings: lines of 100 columns at most, but for long commands.
std::string Render(const Findings& findings);

bool AnyWrong(const Findings& findings);

}  // namespace synsplice
