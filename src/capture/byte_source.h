// Bytes that come now and then, for a client that takes them as they come.
#pragma once

#include <string>

namespace synsplice {

class ByteSource {
 public:
  virtual ~ByteSource() = default;

  // What is new; empty: nothing at present.
  virtual std::string Next() = 0;
  // There will be no more.
  virtual bool HasEnded() const = 0;
};

}  // namespace synsplice
