// What is wrong with an address of the configuration file.
#pragma once

#include <string>
#include <string_view>

namespace synsplice {

// REQUIRES: ParseAddress refuses `text`.
std::string WhyNoAddress(std::string_view text);

// REQUIRES: ParseEndpoint refuses `text`.
std::string WhyNoEndpoint(std::string_view text);

// REQUIRES: ParsePrefix refuses `text`.
std::string WhyNoPrefix(std::string_view text);

}  // namespace synsplice
