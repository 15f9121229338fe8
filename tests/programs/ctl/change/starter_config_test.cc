#include "programs/ctl/change/starter_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace synsplice {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Wishes Good() { return {"eth1", "eth2", {"198.18.0.10:80"}, {}, 0, "/run/synsplice/api.sock"}; }

TEST(StarterConfig, ServesATransparentService) {
  EXPECT_EQ(StarterConfig(Good()),
            R"(# Made by synsplicectl init; synsplicectl check --system FILE says what is wrong
# synsplice.yaml(5) explains every key.

ports:
  outside: {device: "net_af_xdp0,iface=eth1"}       # towards the clients
  inside: {device: "net_af_xdp1,iface=eth2"}        # towards the servers

# Of the cookies. Made when it is missing, its folder as well.
cookie: {secret_file: /etc/synsplice/secret}

# Where synsplicectl show asks.
admin: {socket: "/run/synsplice/api.sock"}

services:
  # Transparent: the server itself has these addresses and ports.
  - name: web                                       # as counters call it
    listen: ["198.18.0.10:80"]
)");
  EXPECT_EQ(WhyNoStart(StarterConfig(Good())), "");
}

TEST(StarterConfig, ServesNat) {
  Wishes wishes = Good();
  wishes.listen = {"198.18.0.20:443", "[2001:db8::20]:443"};
  wishes.backends = {"198.18.0.21:8443", "[2001:db8::21]:8443"};
  wishes.connlimit = 50;
  wishes.socket = "";
  const std::string text = StarterConfig(wishes);
  EXPECT_THAT(text, HasSubstr(R"(
  # NAT: clients know the addresses of listen, their connections go to backends.
  - name: web                                       # as counters call it
    listen: ["198.18.0.20:443", "[2001:db8::20]:443"]
    backends: ["198.18.0.21:8443", "[2001:db8::21]:8443"]
    connlimit: {above: 50}                          # connections of one client address
)"));
  EXPECT_THAT(text, Not(HasSubstr("admin")));
  EXPECT_EQ(WhyNoStart(text), "");
}

TEST(StarterConfig, DevicesStayAsTheyAre) {
  for (const std::string device : {"0000:03:00.0", "net_null0", "net_tap0", "net_memif0,id=1"}) {
    Wishes wishes = Good();
    wishes.outside = device;
    EXPECT_THAT(StarterConfig(wishes), HasSubstr("{device: \"" + device + "\"}"));
    EXPECT_EQ(WhyNoStart(StarterConfig(wishes)), "");
  }
}

struct Mistake {
  void (*make)(Wishes&);
  const char* expected;
};

TEST(StarterConfig, AMistakeIsSaidOfItsFlag) {
  const Mistake mistakes[] = {
      {[](Wishes& wishes) { wishes.listen = {"198.18.0.10"}; },
       "--listen: '198.18.0.10' is not address:port: has no port"},
      {[](Wishes& wishes) { wishes.backends = {"example:80"}; },
       "--backend: 'example:80' is not address:port: 'example' is a name, must be an address"},
      {[](Wishes& wishes) { wishes.inside = "eth1"; },
       "--inside: 'eth1' is the interface of ports.outside already"},
      {[](Wishes& wishes) { wishes.outside = "a_name_that_is_too_long"; },
       "--outside: 'a_name_that_is_too_long' is longer than the name of a network interface, "
       "allowed: 15 bytes"},
      {[](Wishes& wishes) { wishes.connlimit = 1'000'001; },
       "--connlimit: 1000001 is out of range"},
      {[](Wishes& wishes) { wishes.socket = "api.sock"; },
       "--socket: 'api.sock' is no absolute path of at most 107 bytes"},
      {[](Wishes& wishes) {
         wishes.listen = {"[2001:db8::1]:80"}, wishes.backends = {"198.18.0.1:80"};
       },
       "--"},
  };
  for (const Mistake& mistake : mistakes) {
    Wishes wishes = Good();
    mistake.make(wishes);
    EXPECT_THAT(WhyNoStart(StarterConfig(wishes)), StartsWith(mistake.expected));
  }
}

// Nothing of a flag becomes YAML of its own.
TEST(StarterConfig, TextsAreQuoted) {
  Wishes wishes = Good();
  wishes.socket = "/run/a\"}\\b";
  EXPECT_EQ(WhyNoStart(StarterConfig(wishes)), "");
  wishes.socket = "/run/\x01";
  EXPECT_THAT(WhyNoStart(StarterConfig(wishes)), HasSubstr("control character 0x01"));
}

}  // namespace
}  // namespace synsplice
