#include "synsplice/cookie/layout.h"

namespace synsplice {

uint8_t MssIndex(uint16_t mss) {
  uint8_t index = kMssTable.size() - 1;
  while (index > 0 && kMssTable[index] > mss) --index;
  return index;
}

uint8_t ScaleIndex(uint8_t scale) {
  if (scale > 14) return 0;
  uint8_t index = kScaleTable.size() - 1;
  while (index > 1 && kScaleTable[index] > scale) --index;
  return index;
}

Offer Rounded(const Offer& options) {
  Offer rounded = options;
  rounded.mss = kMssTable[MssIndex(options.mss)];
  if (options.timestamps) return rounded;
  rounded.window_scale = kScaleTable[ScaleIndex(options.window_scale)];
  rounded.ecn = false;
  return rounded;
}

uint32_t PackIsn(const CookieFields& fields) {
  const Offer& options = fields.options;
  const uint32_t mss = MssIndex(options.mss);
  const uint32_t epoch = fields.epoch_bit;
  if (options.timestamps) return mss << 29 | epoch << kTimestampMacBits | fields.mac;
  const uint32_t scale = ScaleIndex(options.window_scale);
  const uint32_t sack = options.sack;
  return mss << 29 | scale << 26 | sack << 25 | epoch << kPlainMacBits | fields.mac;
}

uint32_t PackTimestampBits(const Offer& options) {
  return uint32_t{options.window_scale} << 2 | uint32_t{options.sack} << 1 | uint32_t{options.ecn};
}

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
