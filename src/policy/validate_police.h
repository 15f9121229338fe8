// What is wrong with the policing of a service (rule 46).
#pragma once

#include <span>

#include "validate_limits.h"

namespace synsplice {

// `before`: the other services that were examined before.
void ValidatePolice(const ServiceConfig& service, std::span<const ServiceConfig> before,
                    const FailAt& fail);

}  // namespace synsplice
