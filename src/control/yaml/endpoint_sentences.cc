#include "control/yaml/endpoint_sentences.h"

#include <fmt/format.h>

#include "synsplice/base/address.h"
#include "text/printable.h"

namespace synsplice {
namespace {

constexpr std::string_view kDigits = "0123456789";

bool IsOfOnly(std::string_view text, std::string_view characters) {
  return !text.empty() && text.find_first_not_of(characters) == std::string_view::npos;
}

}  // namespace

std::string WhyNoAddress(std::string_view text) {
  if (text.empty()) return "has no address";
  if (ParsePrefix(text)) return fmt::format("{} is a network, must be one address", Quoted(text));
  if (IsOfOnly(text, "0123456789.")) return fmt::format("{} is not an IPv4 address", Quoted(text));
  if (text.find(':') != std::string_view::npos) {
    return fmt::format("{} is not an IPv6 address", Quoted(text));
  }
  return fmt::format("{} is a name, must be an address", Quoted(text));
}

namespace {

bool IsAddressV6(std::string_view text) {
  const auto address = ParseAddress(text);
  return address && !address->IsV4();
}

// `host` is what stands before the port, `port` the text behind the colon.
std::string WhyNoHost(std::string_view host, std::string_view port) {
  const bool open = host.starts_with('['), closed = host.ends_with(']');
  if (open != closed) return "one of the two brackets is missing";
  const std::string_view inner = open ? host.substr(1, host.size() - 2) : host;
  const auto address = ParseAddress(inner);
  if (!address) return WhyNoAddress(inner);
  if (address->IsV4() && open) {
    return fmt::format("an IPv4 address stands without brackets, such as {}:{}", inner, port);
  }
  if (!address->IsV4() && !open) {
    return fmt::format("an IPv6 address needs brackets, such as \"[{}]:{}\"", inner, port);
  }
  return "";
}

std::string WhyNoPort(std::string_view port) {
  if (port.empty()) return "has no port behind the colon";
  if (IsOfOnly(port, kDigits)) {
    return fmt::format("port {} is out of range, allowed: 1 to 65535", Shortened(port));
  }
  return fmt::format("{} is not a port, allowed: 1 to 65535", Quoted(port));
}

std::string WhyNoEndpointAtAll(std::string_view text) {
  if (text.empty()) return "is empty";
  if (ParsePrefix(text)) return "is a network, must be one address and a port";
  if (IsAddressV6(text)) {
    return fmt::format("an IPv6 address needs brackets and a port, such as \"[{}]:80\"", text);
  }
  const size_t colon = text.rfind(':');
  if (text.ends_with(']') || colon == std::string_view::npos) return "has no port";
  const std::string_view host = text.substr(0, colon), port = text.substr(colon + 1);
  const std::string why = WhyNoHost(host, port);
  return why.empty() ? WhyNoPort(port) : why;
}

std::string WhyNoPrefixAtAll(std::string_view text) {
  if (text.empty()) return "is empty";
  const size_t slash = text.rfind('/');
  const auto address = ParseAddress(text.substr(0, slash));
  if (!address) return WhyNoAddress(text.substr(0, slash));
  const unsigned most = address->IsV4() ? 32 : 128;
  if (slash == std::string_view::npos) return fmt::format("has no length: /{} is one host", most);
  return fmt::format("length {} is not one of 0 to {}", Quoted(text.substr(slash + 1)), most);
}

}  // namespace

std::string WhyNoEndpoint(std::string_view text) {
  return fmt::format("{} is not address:port: {}", Quoted(text), WhyNoEndpointAtAll(text));
}

std::string WhyNoPrefix(std::string_view text) {
  return fmt::format("{} is not address/length: {}", Quoted(text), WhyNoPrefixAtAll(text));
}

}  // namespace synsplice
