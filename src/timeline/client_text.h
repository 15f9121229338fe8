// The client as a log names it.
#pragma once

#include <optional>
#include <string_view>

#include "synsplice/base/address.h"

namespace synsplice {

// An address, alone or with a port; IPv4-mapped IPv6 addresses are IPv4 addresses.
std::optional<Address> ParseClient(std::string_view text);

// An address (a prefix of full length) or a prefix; the bits behind its length are cleared. That of
// an IPv4-mapped address is none.
std::optional<Prefix> ParseClients(std::string_view text);

}  // namespace synsplice
