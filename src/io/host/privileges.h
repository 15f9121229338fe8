// What the process may do, cut down to what its ports need.
#pragma once

#include <span>
#include <string>

namespace synsplice {

// For the whole process, before it has other threads: keeps the capabilities that devices of these
// DPDK strings need to be opened, and opened again later; no new privileges, no memory image, and a
// filter of system calls that no part of synsplice makes (other programs, other namespaces, mounts,
// kernel modules, other processes' memory). Throws StartError.
void DropPrivileges(std::span<const std::string> devices);

// For the calling thread: a worker needs no capability.
void DropAllCapabilities();

}  // namespace synsplice
