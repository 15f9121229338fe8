// Layer 2 of NAT services: learn the backends' MACs, answer for service addresses.
#pragma once

#include <optional>

#include "context.h"

namespace synsplice {

// ARP and neighbour discovery. nullopt: not for us, bridge it.
std::optional<Verdict> OnNeighbourMessage(Context& context, Subject& subject);

}  // namespace synsplice
