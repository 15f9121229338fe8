// Other sites in the browser of an operator: they may neither ask through it nor change anything.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace synsplice {

// Headers of a request; empty: it has none.
struct SiteHeaders {
  std::string_view host;
  std::string_view origin;
  std::string_view fetch_site;  // Sec-Fetch-Site
};

// Why a request is refused, as a sentence; nullopt: it is not.
//
// A name of another site that points here (DNS rebinding) is in `host`: only localhost and loopback
// addresses are known, whatever the way to here. What could change something must be of no page, or
// of our own.
std::optional<std::string> WhyForeign(std::string_view method, const SiteHeaders& headers);

}  // namespace synsplice
