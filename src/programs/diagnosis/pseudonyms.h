// Texts in which nobody is named who is not an operator's own.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "synsplice/base/address.h"

namespace synsplice {

// Gives every address a name of its own, the same one wherever it stands.
class Pseudonyms {
 public:
  // Addresses that stay as they are.
  explicit Pseudonyms(std::set<Address> known = {}) : known_(std::move(known)) {}

  // "198.18.0.7:40000" -> "client1:40000", whatever stands around it.
  std::string Mask(std::string_view text);

 private:
  std::string NameOf(std::string_view word);

  std::set<Address> known_;
  std::map<Address, std::string> names_;
};

// All addresses of a text.
std::set<Address> AddressesIn(std::string_view text);

}  // namespace synsplice
