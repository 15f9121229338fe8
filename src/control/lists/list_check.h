// Reads the files of a configuration's lists, and says what is wrong with them and with those who
// refer to them.
#pragma once

#include <memory>
#include <vector>

#include "control/lists/list_file.h"
#include "synsplice/policy/policy.h"

namespace synsplice {

// What the file of each list says, in the order of the lists.
using InFiles = std::vector<std::shared_ptr<const Prefixes>>;

// Fills `listed`.
std::vector<Policy::Finding> LoadLists(const Config& config, InFiles& listed);

// Names that are given twice or not at all, files of addresses that no service can meet, limits
// that would put clients on a list in vain.
std::vector<Policy::Finding> CheckLists(const Config& config, const InFiles& listed);

}  // namespace synsplice
