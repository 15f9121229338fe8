#include "synsplice/policy/policed_addresses.h"

namespace synsplice {

void PolicedAddresses::Add(const Address& address, std::optional<uint16_t> vlan,
                           uint16_t listener) {
  uint16_t& entry = entries_[{address, vlan}];
  if (entry == 0) entry = listener;
  const size_t bit = BitOf(address);
  if (listener != 0) sieve_[bit / 64] |= uint64_t{1} << bit % 64;
}

uint16_t PolicedAddresses::Find(const Address& address, Vids vids) const {
  auto found = entries_.find({address, vids.outer});
  if (found == entries_.end()) found = entries_.find({address, std::nullopt});
  return found == entries_.end() ? uint16_t{0} : found->second;
}

}  // namespace synsplice
