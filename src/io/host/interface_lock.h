// One synsplice for each network interface.
#pragma once

#include <cstdint>
#include <string>

#include "io/host/descriptor.h"

namespace synsplice {

// Where the locks are, one file for each network namespace and interface index. The files stay:
// the kernel forgets a lock with the process that holds it.
inline constexpr const char* kRunFolder = "/run/synsplice";

// Noted before a program of ours is attached, when nobody else's is there: whatever is there then
// is ours. The kernel gives no such id.
inline constexpr uint32_t kPendingProgram = UINT32_MAX;

class InterfaceLock {
 public:
  InterfaceLock() = default;  // holds nothing
  // Makes the folder. Throws StartError with the reason only, such as the process that has it.
  InterfaceLock(const std::string& folder, unsigned interface_index);

  // The XDP program that was noted last since the machine was booted, by this process or the one
  // before; 0: none.
  uint32_t program() const { return program_; }
  // Whether a program that is there (0: none is) is ours by that.
  bool Owns(uint32_t program) const;
  // For whoever comes after this process: the interface may keep it.
  void NoteProgram(uint32_t id);

 private:
  Descriptor file_;
  uint32_t program_ = 0;
};

// Who holds the lock, such as "process 12"; empty: nobody, or this user may not see it. Makes
// nothing.
std::string LockHolder(const std::string& folder, unsigned interface_index);

// Whether a synsplice, which runs or not, has noted the XDP program as its own; false as well: this
// user may not see it.
bool IsNoted(const std::string& folder, unsigned interface_index, uint32_t program);

}  // namespace synsplice
