// What is left in the wire when no synsplice serves the ports.
#pragma once

#include <string>

#include "control/appliance_config.h"

namespace synsplice {

// kWire or kBlock: what the configuration comes to.
OnExit WhatIsLeft(const PortsConfig& ports);

// "wire" or "block"
std::string Name(OnExit left);

// For the operator, at the start and at the end; empty: the ports are no link (files, memory).
// `can_wire`: the ports have what a wire takes.
std::string Describe(const PortsConfig& ports, bool can_wire = true);

}  // namespace synsplice
