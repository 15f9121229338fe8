// What the machine says about itself, for whoever is not there.
#pragma once

#include <string>
#include <vector>

#include "control/config_loader.h"
#include "programs/diagnosis/bundle_file.h"

namespace synsplice {

// The beginning of a file, or why it cannot be read, in parentheses.
std::string TextOfFile(const std::string& path);

// Kernel, distribution, processor, memory, and the interfaces of both ports as far as there are.
std::vector<BundleFile> MachineFacts(const ApplianceConfig& config);

}  // namespace synsplice
