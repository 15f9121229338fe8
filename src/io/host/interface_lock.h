// One synsplice for each network interface.
#pragma once

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

 private:
  Descriptor file_;
};

// Who holds the lock, such as "process 12"; empty: nobody, or this user may not see it. Makes
// nothing.
std::string LockHolder(const std::string& folder, unsigned interface_index);

}  // namespace synsplice
