#include "synsplice/limit/recent_prefixes.h"

namespace synsplice {

RecentPrefixes::RecentPrefixes(const SipKey& key, Time start) : key_(key) {
  Line old;
  old.seconds.fill(static_cast<uint16_t>(ToSecond(start) - 2 * kLongestAge.count()));
  lines_.assign(size_t{1} << kLineBits, old);
}

}  // namespace synsplice
