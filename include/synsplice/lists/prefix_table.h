// Which lists hold an address: up to a million prefixes of both families, the longest match first.
//
// Built by one thread, then immutable: workers look it up, whoever published it frees it when none
// does any more. An address of no list costs one load, of a table of at most 2 MiB for each family
// (NetworkSieve); the others a binary search in ranges of addresses that are of the same lists.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/lists/network_sieve.h"
#include "synsplice/lists/range_map.h"
#include "synsplice/lists/tier.h"

namespace synsplice {

__extension__ using WideKey = unsigned __int128;

class PrefixTable {
 public:
  // One list's. Of prefixes that are the same the list that stands first counts.
  struct Source {
    ListId list = 0;
    std::span<const Prefix> prefixes;
  };

  // Holds nothing.
  PrefixTable() : PrefixTable(std::span<const Source>{}) {}
  explicit PrefixTable(std::span<const Source> sources);

  // False: the lists overlap in too many ways for a table.
  bool ok() const { return ok_; }

  bool empty() const { return links_.size() == 1; }
  // False: of no list. Few of those that are answer true.
  bool MayHold(const AddressWords& address) const {
    return address.IsV4() ? networks_v4_.MayHold(address.low) : networks_v6_.MayHold(address.high);
  }
  // The same of many at once, a bit for each; `v4` has those of IPv4, `v6` the others.
  uint64_t MayHold(const AddressRows& rows, uint64_t v4, uint64_t v6) const {
    uint64_t may = 0;
    if (v4 != 0 && !networks_v4_.empty()) may |= networks_v4_.MayHold(rows.low, rows.count) & v4;
    if (v6 != 0 && !networks_v6_.empty()) may |= networks_v6_.MayHold(rows.high, rows.count) & v6;
    return may;
  }
  // The list with the longest match among those of `lists`; 0: none.
  ListId Find(const AddressWords& address, ListMask lists) const;

  size_t bytes() const;

 private:
  // The lists of one range: one, and those with shorter matches.
  using Match = uint16_t;  // index of a link; 0: none
  struct Link {
    ListId list = 0;
    Match rest = 0;
    bool operator==(const Link&) const = default;
  };
  struct Builder;

  static uint32_t KeyV4(const AddressWords& address) {
    return __builtin_bswap32(static_cast<uint32_t>(address.low >> 32));
  }
  static WideKey KeyV6(const AddressWords& address) {
    return WideKey{__builtin_bswap64(address.high)} << 64 | __builtin_bswap64(address.low);
  }

  bool ok_ = true;
  std::vector<Link> links_;  // [0] is none
  RangeMap<uint32_t> ranges_v4_;
  RangeMap<WideKey> ranges_v6_;
  NetworkSieve networks_v4_, networks_v6_;
};

}  // namespace synsplice
