// What becomes of the clients of a list (rule 43).
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace synsplice {

enum class Tier : uint8_t {
  kNone,       // of no list
  kAllow,      // no limits; a cookie all the same
  kLog,        // counted and told
  kChallenge,  // a cookie even where the mode would not
  kBlock,      // dropped
};

inline constexpr std::string_view kTierNames[] = {"none", "allow", "log", "challenge", "block"};

constexpr std::string_view NameOf(Tier tier) { return kTierNames[static_cast<size_t>(tier)]; }

// A number for each list, given once; 0: none. Bit `id` of a ListMask stands for it.
using ListId = uint8_t;
using ListMask = uint64_t;
inline constexpr ListId kMaxLists = 63;

constexpr ListMask MaskOf(ListId id) { return ListMask{1} << id; }

}  // namespace synsplice
