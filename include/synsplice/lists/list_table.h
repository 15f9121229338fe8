// What the workers know of all lists: published as a whole, immutable.
#pragma once

#include <array>
#include <memory>

#include "synsplice/lists/prefix_table.h"

namespace synsplice {

// A list that holds a client, and what becomes of him for it.
struct Listed {
  ListId list = 0;  // 0: none
  Tier tier = Tier::kNone;
};

struct ListTable {
  // What was put in while the appliance runs goes before what files say: it is newer.
  std::shared_ptr<const PrefixTable> entries = std::make_shared<PrefixTable>();
  std::shared_ptr<const PrefixTable> files = std::make_shared<PrefixTable>();
  std::array<Tier, kMaxLists + 1> tiers{};  // by ListId

  bool MayHold(const AddressWords& address) const {
    return (!entries->empty() && entries->MayHold(address)) ||
           (!files->empty() && files->MayHold(address));
  }
  // Of many at once, a bit for each.
  uint64_t MayHold(const AddressRows& rows) const {
    const uint64_t all = ~uint64_t{0} >> (64 - rows.count), v4 = V4In(rows) & all, v6 = all & ~v4;
    return entries->MayHold(rows, v4, v6) | files->MayHold(rows, v4, v6);
  }
  // For a service that has the lists of `lists`.
  Listed Find(const AddressWords& address, ListMask lists) const {
    if (!MayHold(address)) return {};
    ListId list = entries->Find(address, lists);
    if (list == 0) list = files->Find(address, lists);
    return {list, tiers[list]};
  }
};

}  // namespace synsplice
