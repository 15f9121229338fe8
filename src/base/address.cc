#include "synsplice/base/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace synsplice {

AddressWords MaskWords(bool v4, unsigned prefix_length) {
  const unsigned keep = prefix_length + (v4 ? 96 : 0);
  const auto first = [](unsigned bits) {
    return bits == 0 ? 0 : __builtin_bswap64(~uint64_t{0} << (64 - bits));
  };
  return {first(std::min(keep, 64u)), first(keep - std::min(keep, 64u))};
}

Address Mask(const Address& address, unsigned prefix_length) {
  Address network;
  network.Set(AddressWords(address) & MaskWords(address.IsV4(), prefix_length));
  return network;
}

bool IsImpossibleSource(const AddressWords& address) {
  if (address.IsV4()) {
    // RFC 1122 3.2.1.3: this network, loopback, multicast, reserved with limited broadcast.
    const auto first = static_cast<uint8_t>(address.low >> 32);
    return first == 0 || first == 127 || first >= 224;
  }
  constexpr uint64_t kLoopback = uint64_t{1} << 56;
  return (address.high & 0xff) == 0xff ||
         (address.high == 0 && (address.low == 0 || address.low == kLoopback));
}

std::string ToString(const Address& address) {
  char text[INET6_ADDRSTRLEN];
  inet_ntop(address.IsV4() ? AF_INET : AF_INET6, address.WireBytes(), text, sizeof text);
  return text;
}

std::string ToString(const Endpoint& endpoint) {
  const std::string address = ToString(endpoint.address);
  const std::string host = endpoint.address.IsV4() ? address : "[" + address + "]";
  return host + ":" + std::to_string(endpoint.port);
}

std::string ToString(const Mac& mac) {
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", mac.bytes[0], mac.bytes[1],
                mac.bytes[2], mac.bytes[3], mac.bytes[4], mac.bytes[5]);
  return text;
}

std::string ToString(const Prefix& prefix) {
  return ToString(prefix.address) + "/" + std::to_string(prefix.length);
}

std::optional<Address> ParseAddress(std::string_view text) {
  const std::string copy(text);
  uint8_t bytes[16];
  if (inet_pton(AF_INET, copy.c_str(), bytes) == 1) return Address::FromWire(bytes, false);
  if (inet_pton(AF_INET6, copy.c_str(), bytes) == 1) return Address::FromWire(bytes, true);
  return std::nullopt;
}

std::optional<Endpoint> ParseEndpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  const std::string_view digits = text.substr(colon + 1);
  uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), port);
  const auto address = ParseAddress(host);
  if (error != std::errc() || end != digits.end() || port == 0 || !address) return std::nullopt;
  if (address->IsV4() == bracketed) return std::nullopt;
  return Endpoint{*address, port};
}

std::optional<Mac> ParseMac(std::string_view text) {
  Mac mac;
  if (text.size() != 17) return std::nullopt;
  for (size_t i = 0; i < 6; ++i) {
    const char* digits = text.data() + 3 * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, mac.bytes[i], 16);
    if (error != std::errc() || end != digits + 2) return std::nullopt;
    if (i < 5 && text[3 * i + 2] != ':') return std::nullopt;
  }
  return mac;
}

std::optional<Prefix> ParsePrefix(std::string_view text) {
  const size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto address = ParseAddress(text.substr(0, slash));
  const std::string_view digits = text.substr(slash + 1);
  uint8_t length = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), length);
  if (error != std::errc() || end != digits.end() || !address) return std::nullopt;
  if (length > (address->IsV4() ? 32 : 128)) return std::nullopt;
  return Prefix{*address, length};
}

}  // namespace synsplice
