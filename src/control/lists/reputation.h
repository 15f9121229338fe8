// Networks by who has them: an autonomous system, a country. From a file in MaxMind's format, such
// as GeoLite2-ASN.mmdb and GeoLite2-Country.mmdb.
#pragma once

#include <string>

#include "control/lists/list_file.h"
#include "synsplice/policy/config.h"

namespace synsplice {

// The networks of `of.asns` and of `of.countries`.
ListFile ReadReputation(const std::string& path, const ReputationConfig& of);

}  // namespace synsplice
