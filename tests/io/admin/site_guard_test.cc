#include "io/admin/site_guard.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

bool IsRefused(std::string_view method, const SiteHeaders& headers) {
  return WhyForeign(method, headers).has_value();
}

TEST(SiteGuard, LocalNamesAreKnown) {
  for (const char* host : {"localhost", "localhost:8080", "LocalHost:1", "127.0.0.1",
                           "127.1.2.3:9117", "[::1]", "[::1]:9117"}) {
    EXPECT_FALSE(IsRefused("GET", {host, "", ""})) << host;
  }
}

// What a page of another site asks for under its own name, which it lets point here.
TEST(SiteGuard, OtherNamesAreRefused) {
  for (const char* host :
       {"", ":", "[", "[]", "example.org", "example.org:8080", "localhost.example.org",
        "127.0.0.1.example.org", "127.example.org", "128.0.0.1", "198.18.0.1:80", "0.0.0.0", "[::]",
        "[::2]:80", "[::ffff:198.18.0.1]", "localhost ", "user@localhost"}) {
    for (const char* method : {"GET", "HEAD", "DELETE"}) {
      EXPECT_TRUE(IsRefused(method, {host, "", ""})) << host;
    }
  }
  EXPECT_EQ(WhyForeign("GET", {"example.org", "", ""}),
            "Host: example.org is neither localhost nor a loopback address");
}

TEST(SiteGuard, WhoHasNoOriginMayChange) {
  for (const char* method : {"DELETE", "POST", "PUT"}) {
    EXPECT_FALSE(IsRefused(method, {"localhost", "", ""}));
  }
}

TEST(SiteGuard, OurOwnPageMayChange) {
  const SiteHeaders ours{"localhost:8080", "http://localhost:8080", "same-origin"};
  EXPECT_FALSE(IsRefused("DELETE", ours));
  EXPECT_FALSE(IsRefused("DELETE", {"localhost", "https://localhost", "none"}));
}

TEST(SiteGuard, OtherPagesMayNotChange) {
  for (const char* origin :
       {"null", "http://example.org", "http://localhost", "http://localhost:80801",
        "http://localhost:808", "localhost:8080", "ftp://localhost:8080", "http://", "x"}) {
    EXPECT_TRUE(IsRefused("DELETE", {"localhost:8080", origin, ""})) << origin;
  }
  for (const char* site : {"cross-site", "same-site", "x"}) {
    EXPECT_TRUE(IsRefused("DELETE", {"localhost:8080", "", site})) << site;
    EXPECT_TRUE(IsRefused("POST", {"localhost:8080", "http://localhost:8080", site})) << site;
  }
}

// They change nothing, and the browser keeps the answer from the page of another site.
TEST(SiteGuard, OtherPagesMayAsk) {
  EXPECT_FALSE(IsRefused("GET", {"localhost:8080", "http://example.org", "cross-site"}));
  EXPECT_FALSE(IsRefused("HEAD", {"localhost:8080", "null", "cross-site"}));
}

}  // namespace
}  // namespace synsplice
