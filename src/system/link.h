// A network interface of the kernel, as far as a port on it is concerned.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace synsplice {

struct Link {
  bool up = false;  // by the administrator, and with a carrier
  unsigned mtu = 0;
  unsigned queues = 1;            // receive queues in use, as DPDK counts them
  std::string driver;             // empty: unknown
  std::string peer;               // name of a veth's other end; empty: it is not in here
  bool sends_unfinished = false;  // transmit checksum offload of the peer
  uint32_t program = 0;           // id of its XDP program; 0: none
  bool is_wire = false;           // a synsplice that has ended has left the program
  std::string holder;             // the synsplice that runs on it; empty: none
};

// Asks the kernel, in the thread's network namespace; sysfs may be another's. nullopt: there is
// none of this name. Changes nothing. Throws StartError.
std::optional<Link> ReadLink(const std::string& name);

}  // namespace synsplice
