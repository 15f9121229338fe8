#include "programs/diagnosis/pseudonyms.h"

#include <algorithm>
#include <optional>

namespace synsplice {
namespace {

// What addresses and endpoints consist of; brackets end a word.
constexpr std::string_view kOfAddresses = "0123456789abcdefABCDEF:.";

constexpr std::string_view kPunctuation = ":.";

struct Found {
  Address address;
  std::string_view behind;       // of the word: a port, punctuation
  std::string_view before = {};  // the same: the end of a label
};

// An address, or with a port.
std::optional<Found> FindExactly(std::string_view word) {
  if (const auto address = ParseAddress(word)) return Found{*address, {}};
  const size_t end = word.find_last_of(kPunctuation);
  if (end == word.npos) return std::nullopt;
  if (const auto address = ParseAddress(word.substr(0, end))) {
    return Found{*address, word.substr(end)};
  }
  return std::nullopt;
}

// Punctuation at the end is of the text around the address, or two of it (2001:db8::).
std::optional<Found> FindAtFront(std::string_view word) {
  const size_t least = word.find_last_not_of(kPunctuation) + 1;
  for (size_t end = std::min(word.size(), least + 2);; --end) {
    if (const auto found = FindExactly(word.substr(0, end))) {
      return Found{found->address, word.substr(end - found->behind.size())};
    }
    if (end == least) return std::nullopt;
  }
}

// What ends a label may look as if it belonged to an address: "src:198.18.0.7".
std::optional<Found> Find(std::string_view word) {
  if (const auto found = FindAtFront(word)) return found;
  const size_t label = word.find(':') + 1;
  if (label == 0) return std::nullopt;
  auto found = FindAtFront(word.substr(label));
  if (found) found->before = word.substr(0, label);
  return found;
}

// Calls take(word or what is between words, whether it is a word) for all of the text.
template <typename Take>
void ForEachWord(std::string_view text, const Take& take) {
  while (!text.empty()) {
    const size_t begin = std::min(text.find_first_of(kOfAddresses), text.size());
    if (begin != 0) take(text.substr(0, begin), false);
    text.remove_prefix(begin);
    const size_t end = std::min(text.find_first_not_of(kOfAddresses), text.size());
    if (end != 0) take(text.substr(0, end), true);
    text.remove_prefix(end);
  }
}

}  // namespace

std::string Pseudonyms::Mask(std::string_view text) {
  std::string masked;
  ForEachWord(text, [&](std::string_view word, bool is_word) {
    masked += is_word ? NameOf(word) : std::string(word);
  });
  return masked;
}

std::string Pseudonyms::NameOf(std::string_view word) {
  const auto found = Find(word);
  if (!found || known_.contains(found->address)) return std::string(word);
  std::string& name = names_[found->address];
  if (name.empty()) name = "client" + std::to_string(names_.size());
  return std::string(found->before) + name + std::string(found->behind);
}

std::set<Address> AddressesIn(std::string_view text) {
  std::set<Address> addresses;
  ForEachWord(text, [&](std::string_view word, bool is_word) {
    if (!is_word) return;
    if (const auto found = Find(word)) addresses.insert(found->address);
  });
  return addresses;
}

}  // namespace synsplice
