#include "control/yaml/endpoint_sentences.h"

#include <gtest/gtest.h>

#include "synsplice/base/address.h"

namespace synsplice {
namespace {

struct BadAddress {
  std::string_view text;
  std::string_view why;
};

TEST(WhyNoEndpoint, SaysWhatIsWrong) {
  const BadAddress cases[] = {
      {"", "is empty"},
      {"198.18.0.10", "has no port"},
      {"[2001:db8::10]", "has no port"},
      {"80", "has no port"},
      {"198.18.0.10:", "has no port behind the colon"},
      {"198.18.0.10:0", "port 0 is out of range, allowed: 1 to 65535"},
      {"198.18.0.10:65536", "port 65536 is out of range, allowed: 1 to 65535"},
      {"198.18.0.10:99999", "port 99999 is out of range, allowed: 1 to 65535"},
      {"[2001:db8::10]:99999", "port 99999 is out of range, allowed: 1 to 65535"},
      {"198.18.0.10:http", "'http' is not a port, allowed: 1 to 65535"},
      {"198.18.0.10:80x", "'80x' is not a port, allowed: 1 to 65535"},
      {"198.18.0.10:-80", "'-80' is not a port, allowed: 1 to 65535"},
      {":80", "has no address"},
      {"[]:80", "has no address"},
      {"198.18.0.256:80", "'198.18.0.256' is not an IPv4 address"},
      {"198.18.0:80", "'198.18.0' is not an IPv4 address"},
      {"[2001:db8::1::2]:80", "'2001:db8::1::2' is not an IPv6 address"},
      {"www.example.com:80", "'www.example.com' is a name, must be an address"},
      {"198.18.0.0/24", "is a network, must be one address and a port"},
      {"2001:db8::/48", "is a network, must be one address and a port"},
      {"198.18.0.0/24:80", "'198.18.0.0/24' is a network, must be one address"},
      {"2001:db8::10", "an IPv6 address needs brackets and a port, such as \"[2001:db8::10]:80\""},
      {"2001:db8:1:2:3:4:5:6:443",
       "an IPv6 address needs brackets, such as \"[2001:db8:1:2:3:4:5:6]:443\""},
      {"[198.18.0.10]:80", "an IPv4 address stands without brackets, such as 198.18.0.10:80"},
      {"[2001:db8::10:80", "one of the two brackets is missing"},
      {"2001:db8::10]:80", "one of the two brackets is missing"},
      {"[:80", "one of the two brackets is missing"},
      {"]:80", "one of the two brackets is missing"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_FALSE(ParseEndpoint(text)) << text;
    EXPECT_EQ(WhyNoEndpoint(text),
              "'" + std::string(text) + "' is not address:port: " + std::string(why));
  }
}

TEST(WhyNoPrefix, SaysWhatIsWrong) {
  const BadAddress cases[] = {
      {"", "is empty"},
      {"198.18.3.0", "has no length: /32 is one host"},
      {"2001:db8::1", "has no length: /128 is one host"},
      {"198.18.3.0/", "length '' is not one of 0 to 32"},
      {"198.18.3.0/33", "length '33' is not one of 0 to 32"},
      {"2001:db8::/129", "length '129' is not one of 0 to 128"},
      {"198.18.3.0/255.255.255.0", "length '255.255.255.0' is not one of 0 to 32"},
      {"198.18.3/24", "'198.18.3' is not an IPv4 address"},
      {"a/8", "'a' is a name, must be an address"},
      {"/8", "has no address"},
  };
  for (const auto& [text, why] : cases) {
    EXPECT_FALSE(ParsePrefix(text)) << text;
    EXPECT_EQ(WhyNoPrefix(text),
              "'" + std::string(text) + "' is not address/length: " + std::string(why));
  }
}

}  // namespace
}  // namespace synsplice
