#include "synsplice/cookie/layout.h"

namespace synsplice {

CookieFields Unpack(uint32_t isn, bool timestamps, uint32_t tsval) {
  CookieFields fields;
  fields.options.mss = kMssTable[isn >> 29];
  fields.options.timestamps = timestamps;
  if (timestamps) {
    fields.options.window_scale = tsval >> 2 & 15;
    fields.options.sack = tsval >> 1 & 1;
    fields.options.ecn = tsval & 1;
  } else {
    fields.options.window_scale = kScaleTable[isn >> 26 & 7];
    fields.options.sack = isn >> 25 & 1;
  }
  const int mac_bits = timestamps ? kTimestampMacBits : kPlainMacBits;
  fields.epoch_bit = isn >> mac_bits & 1;
  fields.mac = isn & ((1u << mac_bits) - 1);
  return fields;
}

}  // namespace synsplice
