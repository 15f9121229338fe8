// A file with prefixes, one on a line, as Spamhaus' DROP and most others are.
//
//   # comments from # or ; to the end of the line
//   198.18.0.0/15 ; SBL1
//   2001:db8::1      an address alone is a prefix of all its bits
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synsplice/base/address.h"

namespace synsplice {

using Prefixes = std::vector<Prefix>;

inline constexpr size_t kMostPrefixes = 1u << 20;       // of all lists together
inline constexpr size_t kLongestListFile = 128u << 20;  // bytes: a hundred for each prefix

struct ListFile {
  Prefixes prefixes;
  std::string error;  // empty: all of it was read; else sentences about the first broken lines
};

// An address or address/length; nullopt: anything else. Bits behind the length are cut off.
std::optional<Prefix> ParseListed(std::string_view text);

ListFile ParseList(std::string_view text);
ListFile ReadListFile(const std::string& path);

}  // namespace synsplice
