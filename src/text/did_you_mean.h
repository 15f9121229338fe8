// The known word that a typing mistake was probably meant to be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace synsplice {

// The nearest of `known`; empty if none is near.
std::string_view NearestWord(std::string_view typed, const std::vector<std::string_view>& known);

// ", did you mean 'KNOWN'?" for the nearest of `known`; empty if none is near.
std::string DidYouMean(std::string_view typed, const std::vector<std::string_view>& known);

}  // namespace synsplice
