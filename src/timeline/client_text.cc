#include "timeline/client_text.h"

namespace synsplice {
namespace {

constexpr uint8_t kV4Bits = 32, kV6Bits = 128;

// "::ffff:198.18.0.0/24": of which address does the length count the bits?
bool IsMapped(std::string_view text, const Prefix& prefix) {
  return prefix.address.IsV4() && text.find(':') != text.npos;
}

}  // namespace

std::optional<Address> ParseClient(std::string_view text) {
  if (const auto address = ParseAddress(text)) return address;
  if (text.starts_with("[::ffff:")) {
    const std::string_view mapped = text.substr(1, text.find(']') - 1);
    return ParseAddress(mapped);
  }
  const auto endpoint = ParseEndpoint(text);
  if (!endpoint) return std::nullopt;
  return endpoint->address;
}

std::optional<Prefix> ParseClients(std::string_view text) {
  if (const auto address = ParseAddress(text)) {
    return Prefix{*address, address->IsV4() ? kV4Bits : kV6Bits};
  }
  auto prefix = ParsePrefix(text);
  if (prefix && IsMapped(text, *prefix)) return std::nullopt;
  if (prefix) prefix->address = Mask(prefix->address, prefix->length);
  return prefix;
}

}  // namespace synsplice
