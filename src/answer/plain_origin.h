// Whether a frame's addresses allow an answer, for the short ways (rule 1; JudgeOrigin).
#pragma once

#include "synsplice/base/address.h"
#include "synsplice/wire/ip.h"

namespace synsplice {

// Of the addresses in this IP header, whose source is `client`: from registers where the caller has
// it there.
template <bool kV6>
[[gnu::always_inline]] inline bool MayBeAnswered(const uint8_t* ip, const AddressWords& client) {
  const bool land =
      std::memcmp(ip + SourceOffset(kV6), ip + DestinationOffset(kV6), AddressLength(kV6)) == 0;
  return !IsImpossibleSource(client) && !land && !(kV6 && client.IsV4());
}

}  // namespace synsplice
