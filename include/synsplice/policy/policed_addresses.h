// The addresses at which a service polices fragments, UDP or ICMP, which have no port that would
// tell whose they are (rule 46).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

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

  // `vlan`: nullopt: all that no service names for the address. `listener`: any one there of the
  // service that polices; 0: who names the VLAN does not.
  void Add(const Address& address, std::optional<uint16_t> vlan, uint16_t listener);

  bool empty() const { return entries_.empty(); }
  // false: certainly not one of them.
  bool MayHold(const AddressWords& address) const {
    const size_t bit = BitOf(address);
    return sieve_[bit / 64] >> bit % 64 & 1;
  }
  // The listener; 0: nobody polices it. Who names the VLAN goes before who names none.
  uint16_t Find(const Address& address, Vids vids) const;

 private:
  static constexpr size_t kSieveBits = 4096;

  static size_t BitOf(const AddressWords& address) {
    return ((address.high ^ address.low) * 0x9e3779b97f4a7c15u) >> 52;
  }

  std::map<std::pair<Address, std::optional<uint16_t>>, uint16_t> entries_;
  uint64_t sieve_[kSieveBits / 64] = {};
};

}  // namespace synsplice
