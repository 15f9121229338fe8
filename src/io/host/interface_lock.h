// One synsplice for each network interface.
#pragma once

#include <cstdint>
#include <string>

#include "io/host/descriptor.h"

namespace synsplice {

// Where the locks are, one file for each network namespace and interface index. The files stay:
// the kernel forgets a lock with the process that holds it.
inline constexpr const char* kRunFolder = "/run/synsplice";

class InterfaceLock {
 public:
  InterfaceLock() = default;  // holds nothing
  // Makes the folder. Throws StartError with the reason only, such as the process that has it.
  InterfaceLock(const std::string& folder, unsigned interface_index);

  // The XDP program that was noted last, by this process or the one before; 0: none.
  uint32_t program() const { return program_; }
  // For whoever comes after this process: the interface may keep it.
  void NoteProgram(uint32_t id);

 private:
  Descriptor file_;
  uint32_t program_ = 0;
};

// Who holds the lock, such as "process 12"; empty: nobody, or this user may not see it. Makes
// nothing.
std::string LockHolder(const std::string& folder, unsigned interface_index);

// The XDP program that a synsplice has noted as its own, whether it runs or not; 0: none, or this
// user may not see it.
uint32_t NotedProgram(const std::string& folder, unsigned interface_index);

}  // namespace synsplice
