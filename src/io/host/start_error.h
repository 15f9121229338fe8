// Why the appliance cannot start: one sentence for the operator.
#pragma once

#include <stdexcept>

namespace synsplice {

class StartError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace synsplice
