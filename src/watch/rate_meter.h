// Whether something comes at the rate of an attack, by a look about once a second (rule 46).
#pragma once

#include <cstdint>

namespace synsplice {

// It begins at the limit and ends below half of it: a rate about the limit does not flicker.
class RateMeter {
 public:
  // `per_second`: since the look before. A limit of 0 is never reached.
  bool Look(double per_second, uint32_t limit) {
    is_over_ = limit != 0 && per_second >= (is_over_ ? limit / 2.0 : limit);
    return is_over_;
  }

 private:
  bool is_over_ = false;
};

}  // namespace synsplice
