// XDP programs on network interfaces: whose is it, and how ours stays there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "io/host/descriptor.h"

namespace synsplice {

// The id of the program that the kernel runs for the interface; 0: none.
uint32_t AttachedProgram(unsigned interface_index);

// The program of redirect.bpf.c as a file in memory, for a driver that wants a path.
class RedirectProgram {
 public:
  // Throws StartError.
  RedirectProgram();
  std::string path() const;

 private:
  Descriptor file_;
};

// A program held on its interface by a BPF link: whoever would take it off or put another in its
// place is refused by the kernel, and it goes when the process goes. That a driver attaches it the
// old way has neither.
class XdpLink {
 public:
  XdpLink() = default;  // holds nothing
  // Takes over the program that a driver of this process has attached. Throws StartError.
  explicit XdpLink(unsigned interface_index);

  bool IsHeld() const { return link_.ok(); }
  // Whether the interface runs the program.
  bool IsAttached() const;
  // Attaches it again; false: another program is there, or the kernel refuses.
  bool Attach();

 private:
  unsigned interface_ = 0;
  uint32_t id_ = 0;
  Descriptor program_;
  Descriptor link_;
};

// Closes the process's AF_XDP sockets and BPF objects: DPDK's driver leaves those of a closed port
// open, and the kernel keeps its queues busy so long. REQUIRES: no AF_XDP port is open.
void CloseForgottenXdp();

}  // namespace synsplice
