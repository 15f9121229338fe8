// A first configuration, made from what the operator says of his network.
#pragma once

#include <string>
#include <vector>

namespace synsplice {

struct Wishes {
  std::string outside, inside;  // devices, or interfaces for AF_XDP
  std::vector<std::string> listen, backends;
  unsigned connlimit = 0;  // 0: none
  std::string socket;      // of the API; empty: none
};

// Its text, with comments. It is as good as the wishes are.
std::string StarterConfig(const Wishes& wishes);

// The first thing that is wrong with the configuration `text`, said of the flag of `init` that
// it came from; empty: nothing. The secret file is left to the machine that will run it.
std::string WhyNoStart(const std::string& text);

}  // namespace synsplice
