// Frames of any link type that carries IP, as Ethernet.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "synsplice/base/side.h"

namespace synsplice {

// The frame with an Ethernet header in place of the one of its link type, from and to fixed
// addresses. nullopt: the link type is unknown.
std::optional<std::vector<uint8_t>> ToEthernet(int link_type, Side side,
                                               std::span<const uint8_t> bytes);

// "link type '802.11' is not ...".
std::string UnknownLink(int link_type);

}  // namespace synsplice
