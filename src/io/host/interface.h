// The network interfaces of the kernel that ports are opened on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace synsplice {

struct InterfaceState {
  unsigned index = 0;
  bool up = false;               // by the administrator, and with a carrier
  uint32_t frames_received = 0;  // wraps
};

// nullopt: there is none of this name in the thread's network namespace.
std::optional<InterfaceState> ReadInterface(const std::string& name);

}  // namespace synsplice
