// Addresses of the layers: MAC, VLAN ids, IP address (one type for both families), endpoint.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "synsplice/base/endian.h"

namespace synsplice {

// An Ethernet address, network order.
struct Mac {
  std::array<uint8_t, 6> bytes{};

  bool IsGroup() const { return bytes[0] & 1; }
  bool IsZero() const { return *this == Mac{}; }
  auto operator<=>(const Mac&) const = default;
};

struct Address;

// The value of an address as two words in native order, for registers: nothing is stored in one
// width and read in another.
struct AddressWords {
  uint64_t high = 0, low = 0;

  AddressWords() = default;
  AddressWords(uint64_t high, uint64_t low) : high(high), low(low) {}
  AddressWords(const Address& address);  // NOLINT: the same value
  // 4 or 16 bytes in network order from a frame.
  [[gnu::always_inline]] static AddressWords FromWire(const uint8_t* from, bool v6) {
    if (v6) return {At(from), At(from + 8)};
    uint32_t native;
    std::memcpy(&native, from, sizeof native);
    return {0, V4Low(native)};
  }
  static uint64_t V4Low(uint32_t native) { return uint64_t{native} << 32 | 0xffff0000u; }
  static uint64_t At(const uint8_t* from) {
    uint64_t word;
    std::memcpy(&word, from, sizeof word);
    return word;
  }
  bool IsV4() const { return high == 0 && (low & 0xffffffffu) == 0xffff0000u; }
  AddressWords operator&(const AddressWords& mask) const {
    return {high & mask.high, low & mask.low};
  }
  bool operator==(const AddressWords&) const = default;
};

// An IP address, network order; IPv4 is ::ffff:a.b.c.d (RFC 4291 2.5.5.2). One type for both
// families keeps every table and every MAC input free of a second copy. Aligned, built and compared
// as two words: the packet path never waits for a store of another width.
struct alignas(8) Address {
  std::array<uint8_t, 16> bytes{};

  static Address V4(uint32_t host_order) {
    return FromWords(0, AddressWords::V4Low(__builtin_bswap32(host_order)));
  }
  // Reads 4 or 16 bytes in network order from a frame.
  static Address FromWire(const uint8_t* from, bool v6) {
    Address address;
    if (v6) {
      std::memcpy(address.bytes.data(), from, 16);
      return address;
    }
    uint32_t native;
    std::memcpy(&native, from, sizeof native);
    return FromWords(0, AddressWords::V4Low(native));
  }

  void Set(const AddressWords& words) {
    std::memcpy(&bytes[0], &words.high, sizeof words.high);
    std::memcpy(&bytes[8], &words.low, sizeof words.low);
  }

  // In native order: for hashing and comparing only.
  uint64_t High() const { return Word(0); }
  uint64_t Low() const { return Word(8); }
  bool IsV4() const { return High() == 0 && (Low() & 0xffffffffu) == 0xffff0000u; }
  // The address as it stands in an IP header: 4 bytes for IPv4, 16 for IPv6.
  const uint8_t* WireBytes() const { return IsV4() ? &bytes[12] : bytes.data(); }
  size_t WireLength() const { return IsV4() ? 4 : 16; }

  friend bool operator==(const Address& a, const Address& b) {
    return a.High() == b.High() && a.Low() == b.Low();
  }
  friend auto operator<=>(const Address& a, const Address& b) { return a.bytes <=> b.bytes; }

 private:
  static Address FromWords(uint64_t high, uint64_t low) {
    Address address;
    address.Set({high, low});
    return address;
  }
  uint64_t Word(size_t offset) const { return AddressWords::At(&bytes[offset]); }
};

inline AddressWords::AddressWords(const Address& address)
    : high(address.High()), low(address.Low()) {}

// The first `prefix_length` bits of an address, set; IPv4 counts its own 32 bits. REQUIRES: length
// in range.
AddressWords MaskWords(bool v4, unsigned prefix_length);
// Keeps these.
Address Mask(const Address& address, unsigned prefix_length);

// The addresses that share their first `length` bits with `address`; IPv4 counts its own 32 bits.
struct Prefix {
  Address address;
  uint8_t length = 0;

  bool Contains(const Address& other) const {
    return other.IsV4() == address.IsV4() && Mask(other, length) == address;
  }
  bool operator==(const Prefix&) const = default;
};

// Multicast, broadcast, unspecified or loopback: never the source of a TCP connection.
bool IsImpossibleSource(const AddressWords& address);

struct Endpoint {
  Address address;
  uint16_t port = 0;  // host order

  auto operator<=>(const Endpoint&) const = default;
};

// Outer and inner VLAN id, 0 = no tag. A priority tag (id 0) counts as no tag for the key.
struct Vids {
  uint16_t outer = 0;
  uint16_t inner = 0;

  uint32_t Packed() const { return static_cast<uint32_t>(outer) << 12 | inner; }  // 24 bits
  static Vids Unpack(uint32_t packed) {
    return {static_cast<uint16_t>(packed >> 12 & 0xfff), static_cast<uint16_t>(packed & 0xfff)};
  }
  auto operator<=>(const Vids&) const = default;
};

// Text forms: "198.18.0.1", "2001:db8::1", "198.18.0.1:80", "[2001:db8::1]:80",
// "02:00:00:00:00:01", "198.18.3.0/24". Parse answers nullopt for anything else (no names are
// resolved).
std::string ToString(const Address& address);
std::string ToString(const Endpoint& endpoint);
std::string ToString(const Mac& mac);
std::string ToString(const Prefix& prefix);
std::optional<Address> ParseAddress(std::string_view text);
std::optional<Endpoint> ParseEndpoint(std::string_view text);
std::optional<Mac> ParseMac(std::string_view text);
// The bits behind the length may be set.
std::optional<Prefix> ParsePrefix(std::string_view text);

}  // namespace synsplice
