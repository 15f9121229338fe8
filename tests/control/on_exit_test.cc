#include "control/on_exit.h"

#include <gmock/gmock.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

PortsConfig Ports(const std::string& outside, const std::string& inside,
                  OnExit on_exit = OnExit::kAuto) {
  PortsConfig ports;
  ports.outside = outside;
  ports.inside = inside;
  ports.on_exit = on_exit;
  return ports;
}

constexpr const char* kOutside = "net_af_xdp0,iface=eth1";
constexpr const char* kInside = "net_af_xdp1,iface=eth2";

TEST(OnExit, AWireTakesTwoAfXdpPorts) {
  EXPECT_EQ(Name(WhatIsLeft(Ports(kOutside, kInside))), "wire");
  EXPECT_EQ(Name(WhatIsLeft(Ports(kOutside, kInside, OnExit::kWire))), "wire");
  EXPECT_EQ(Name(WhatIsLeft(Ports(kOutside, kInside, OnExit::kBlock))), "block");
  EXPECT_EQ(Name(WhatIsLeft(Ports(kOutside, "net_af_packet1,iface=eth2"))), "block");
  EXPECT_EQ(Name(WhatIsLeft(Ports("", ""))), "block");
}

TEST(OnExit, TellsTheOperator) {
  EXPECT_EQ(Describe(Ports(kOutside, kInside)),
            "a wire between eth1 and eth2 (ip link set dev eth1 xdp off takes it away, for each of "
            "them)");
  EXPECT_EQ(Describe(Ports(kOutside, kInside, OnExit::kBlock)), "a shut link");
  EXPECT_EQ(Describe(Ports(kOutside, kInside), false), "a shut link");
  EXPECT_THAT(Describe(Ports("0000:03:00.0", kInside)), HasSubstr("hardware bypass"));
  EXPECT_EQ(Describe(Ports("net_null0", "net_null1")), "");
}

std::string ComplaintsAbout(const std::string& on_exit, const std::string& inside) {
  return Complaints("ports:\n  on_exit: " + on_exit + "\n  outside: {device: \"" + kOutside +
                    "\"}\n  inside: {device: \"" + inside + "\"}\n");
}

TEST(OnExit, AWireThatCannotBeIsAMistake) {
  EXPECT_EQ(ComplaintsAbout("wire", kInside), "");
  for (const char* on_exit : {"auto", "block"}) {
    EXPECT_EQ(ComplaintsAbout(on_exit, "0000:03:00.1"), "");
  }
  EXPECT_THAT(ComplaintsAbout("wire", "0000:03:00.1"),
              HasSubstr("test.yaml:2:3: ports.on_exit: 'wire' takes two AF_XDP ports"));
  EXPECT_EQ(Complaints("ports: {on_exit: wire}"), "") << "no ports yet";
  EXPECT_THAT(Complaints("ports: {on_exit: bypass}"), HasSubstr("ports.on_exit"));
}

}  // namespace
}  // namespace synsplice
