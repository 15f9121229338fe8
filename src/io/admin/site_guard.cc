#include "io/admin/site_guard.h"

#include <fmt/format.h>
#include <strings.h>

#include "synsplice/base/address.h"

namespace synsplice {
namespace {

// "[::1]:8080" -> "::1", "localhost:8080" -> "localhost"
std::string_view WithoutPort(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool IsLocal(std::string_view host) {
  const std::string name(WithoutPort(host));
  if (::strcasecmp(name.c_str(), "localhost") == 0 || name == "::1") return true;
  const auto address = ParseAddress(name);
  return address && address->IsV4() && address->bytes[12] == 127;
}

bool ChangesNothing(std::string_view method) { return method == "GET" || method == "HEAD"; }

// "http://localhost:8080", of the page that asks.
bool IsOurs(std::string_view origin, std::string_view host) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (origin.starts_with(scheme)) return origin.substr(scheme.size()) == host;
  }
  return false;
}

}  // namespace

std::optional<std::string> WhyForeign(std::string_view method, const SiteHeaders& headers) {
  if (!IsLocal(headers.host)) {
    return fmt::format("Host: {} is neither localhost nor a loopback address", headers.host);
  }
  if (ChangesNothing(method)) return std::nullopt;
  if (!headers.origin.empty() && !IsOurs(headers.origin, headers.host)) {
    return fmt::format("Origin: {} is another site", headers.origin);
  }
  const std::string_view site = headers.fetch_site;
  if (!site.empty() && site != "same-origin" && site != "none") {
    return fmt::format("Sec-Fetch-Site: {} is another site", site);
  }
  return std::nullopt;
}

}  // namespace synsplice
