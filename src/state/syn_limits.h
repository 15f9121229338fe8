// What limits the SYNs of a listener, ready for a burst of them (rule 40).
#pragma once

#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/limit/rate_bucket.h"

namespace synsplice {

struct SynLimits {
  uint16_t service = 0;
  std::optional<BucketShape> own, together;  // each network's, that of all of them
  AddressWords network;                      // mask of what of an address is a network
};

}  // namespace synsplice
