// The addresses at which a service polices fragments, UDP or ICMP, which have no port that would
// tell whose they are (rule 46).
#pragma once

#include <cstdint>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/policy/service_config.h"

namespace synsplice {

inline constexpr uint32_t kMostPoliced = 10'000'000;  // frames per second

class PolicedAddresses {
 public:
  // Whether the service polices what has no port of its own.
  static bool Polices(const PoliceConfig& police) {
    return police.fragments != 0 || police.udp != 0 || police.icmp != 0;
  }
  // Whether both have frames in common, by their VLANs.
  static bool Overlap(const std::vector<uint16_t>& vlans, const std::vector<uint16_t>& others);

  // `listener`: any one of the service at this address.
  void Add(const Address& address, const std::vector<uint16_t>& vlans, uint16_t listener);
  // What was added is found from now on.
  void Finish();

  bool empty() const { return entries_.empty(); }
  // false: certainly not one of them.
  bool MayHold(const AddressWords& address) const {
    const size_t bit = BitOf(address);
    return sieve_[bit / 64] >> bit % 64 & 1;
  }
  // The listener; 0: it is nobody's.
  uint16_t Find(const Address& address, Vids vids) const;

 private:
  struct Entry {
    Address address;
    std::vector<uint16_t> vlans;
    uint16_t listener;
  };
  static constexpr size_t kSieveBits = 4096;

  static size_t BitOf(const AddressWords& address) {
    return ((address.high ^ address.low) * 0x9e3779b97f4a7c15u) >> 52;
  }

  std::vector<Entry> entries_;  // sorted by address
  uint64_t sieve_[kSieveBits / 64] = {};
};

}  // namespace synsplice
