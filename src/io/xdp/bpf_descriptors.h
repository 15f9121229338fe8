// The BPF objects that are open in this process. DPDK's AF_XDP driver keeps its descriptors to
// itself, and to ask the kernel for others takes CAP_SYS_ADMIN.
#pragma once

#include <cstdint>
#include <string_view>

#include "io/host/descriptor.h"

namespace synsplice {

// A descriptor of its own for a program that is open; not ok(): it is not.
Descriptor FindProgram(uint32_t id);

// The same for a map that the program uses.
Descriptor FindMap(const Descriptor& program, std::string_view name);

// Closes the process's AF_XDP sockets and BPF objects: DPDK's driver leaves those of a closed port
// open, and the kernel keeps its queues busy so long. REQUIRES: no AF_XDP port is open.
void CloseForgottenXdp();

}  // namespace synsplice
