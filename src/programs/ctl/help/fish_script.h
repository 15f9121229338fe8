// Completion for fish, which is told by a line for each option.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace synsplice {

std::string FishScript(const CLI::App& app);

}  // namespace synsplice
