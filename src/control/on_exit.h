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
std::string Describe(const PortsConfig& ports);

}  // namespace synsplice
