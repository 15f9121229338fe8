// What is wrong with the rate limits of a service (rules 40, 41).
#pragma once

#include <functional>
#include <string>

#include "synsplice/policy/service_config.h"

namespace synsplice {

// `fail(key, sentence)`: the key counts from the service.
using FailAt = std::function<void(const std::string& key, const std::string& sentence)>;
void ValidateLimits(const ServiceConfig& service, const FailAt& fail);

}  // namespace synsplice
