#include "synsplice/policy/policed_addresses.h"

#include <algorithm>

namespace synsplice {
namespace {

bool Holds(const std::vector<uint16_t>& vlans, uint16_t vid) {
  return vlans.empty() || std::ranges::find(vlans, vid) != vlans.end();
}

}  // namespace

bool PolicedAddresses::Overlap(const std::vector<uint16_t>& vlans,
                               const std::vector<uint16_t>& others) {
  return vlans.empty() ||
         std::ranges::any_of(vlans, [&](uint16_t vid) { return Holds(others, vid); });
}

void PolicedAddresses::Add(const Address& address, const std::vector<uint16_t>& vlans,
                           uint16_t listener) {
  entries_.push_back({address, vlans, listener});
  const size_t bit = BitOf(address);
  sieve_[bit / 64] |= uint64_t{1} << bit % 64;
}

void PolicedAddresses::Finish() { std::ranges::stable_sort(entries_, {}, &Entry::address); }

uint16_t PolicedAddresses::Find(const Address& address, Vids vids) const {
  const auto same = std::ranges::equal_range(entries_, address, {}, &Entry::address);
  const auto found = std::ranges::find_if(
      same, [&](const Entry& entry) { return Holds(entry.vlans, vids.outer); });
  return found == same.end() ? uint16_t{0} : found->listener;
}

}  // namespace synsplice
