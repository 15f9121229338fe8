// A JSON Schema without references, every keyword of which is known.
//
// A keyword that is misspelt demands nothing, and a gate that lets everything through looks like
// one that has nothing to say: draft 7 ignores what it does not know, here it is a mistake. So is
// `format`, which nobody judges.
#pragma once

#include <nlohmann/json.hpp>

namespace synsplice {

// `root` with each $ref replaced by what it stands for in it; a title or $comment beside a $ref is
// kept. Throws BadRules: also when references go round, or the result is larger than 1 MiB.
nlohmann::json ExpandSchema(const nlohmann::json& root);

}  // namespace synsplice
