// What this process takes of the machine.
#pragma once

#include <string_view>

#include "admin/snapshot.h"

namespace synsplice {

// `stat`: /proc/PID/stat (proc(5)), whose command may hold spaces and parentheses. Without what
// does not stand there: descriptors, and when it was started.
ProcessUsage ParseProcessStat(std::string_view stat);

class ProcessWatch {
 public:
  ProcessWatch();

  // Of this process, by /proc/self; what cannot be read is 0.
  ProcessUsage Look() const;

 private:
  double started_;  // seconds since 1970
};

}  // namespace synsplice
