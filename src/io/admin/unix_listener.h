// A listening Unix socket and its name in the file system.
#pragma once

#include <string>
#include <utility>

#include "io/host/descriptor.h"

namespace synsplice {

class UnixListener {
 public:
  // Owner and group may connect. Its folder is made when it is missing. The name of a process that
  // has died is taken over; anything else that has it is left alone. Throws StartError with one
  // sentence that names the path.
  explicit UnixListener(std::string path);
  ~UnixListener();
  UnixListener(const UnixListener&) = delete;
  UnixListener& operator=(const UnixListener&) = delete;

  // Does not block.
  int descriptor() const { return descriptor_.get(); }

 private:
  std::string path_;
  Descriptor descriptor_;
};

}  // namespace synsplice
