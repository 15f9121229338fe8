// ARP and neighbour discovery on the inside: backends tell their MAC address.
#pragma once

#include <optional>

#include "packet.h"
#include "scenario.h"

namespace synsplice::sim {

// What a backend answers to `packet`; nullopt when it asks for none of them.
std::optional<Packet> AnswerNeighbour(const Scenario& scenario, const Packet& packet);

}  // namespace synsplice::sim
