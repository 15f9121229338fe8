// What the process may do, cut down to what its ports need.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace synsplice {

// For the whole process, before it has other threads: keeps the capabilities that devices of these
// DPDK strings need to be opened, and opened again later; no new privileges, no memory image, and a
// filter of system calls that no part of synsplice makes (other programs, other namespaces, mounts,
// kernel modules, other processes' memory). Throws StartError.
void DropPrivileges(std::span<const std::string> devices);

// The capabilities that opening these devices takes and the calling thread has not, such as
// "cap_net_raw".
std::vector<std::string> MissingCapabilities(std::span<const std::string> devices);

// The command that gives them to the program.
std::string GrantCommand(std::span<const std::string> missing);

// The end of a sentence that says why something was refused; empty: nothing is missing.
std::string PrivilegeRemedy(std::span<const std::string> devices);

// For the calling thread: a worker needs no capability.
void DropAllCapabilities();
// For the calling thread: all but what takes to make maps of BPF, where the process may.
void KeepBpfCapability();

}  // namespace synsplice
