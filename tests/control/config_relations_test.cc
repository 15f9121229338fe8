// Values that are good alone and bad together.
#include "control/config_relations.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/load_text.h"

namespace synsplice {
namespace {

using testing::HasSubstr;

// 1500 + 14 + 8 * 4 bytes of frame and 128 of headroom.
TEST(ConfigRelations, LongestFrameFitsAPacketBuffer) {
  EXPECT_EQ(Complaints("memory: {mbuf_data_room: 1674}"), "");
  EXPECT_EQ(
      Complaints("memory: {mbuf_data_room: 1673}"),
      R"(test.yaml:1:10: ports.mtu: 1500 makes frames of 1546 bytes, too long for memory.mbuf_data_room 1673 with 128 bytes of headroom: needs a data room of 1674
memory: {mbuf_data_room: 1673}
         ^
)");
  EXPECT_EQ(
      Complaints("ports:\n  mtu: 9000\nmemory: {mbuf_data_room: 2176}\n"),
      R"(test.yaml:2:3: ports.mtu: 9000 makes frames of 9046 bytes, too long for memory.mbuf_data_room 2176 with 128 bytes of headroom: needs a data room of 9174
  mtu: 9000
  ^
)");
}

// Behind XDP's headroom the kernel would lose what does not fit.
TEST(ConfigRelations, LongestFrameFitsBehindTheHeadroomOfXdp) {
  const auto complaints = [](int data_room) {
    return Complaints(fmt::format(R"(ports:
  mtu: 2000
  outside: {{device: "net_af_packet0,iface=eth1"}}
  inside: {{device: "net_af_xdp1,iface=eth2"}}
memory: {{mbuf_data_room: {}}}
)",
                                  data_room));
  };
  EXPECT_EQ(complaints(2430), "");
  EXPECT_NE(complaints(2429).find("with 384 bytes of headroom: needs a data room of 2430"),
            std::string::npos);
}

// Rule 9.
TEST(ConfigRelations, HeldFramesLeaveThreeQuartersOfThePool) {
  EXPECT_EQ(Complaints("workers: 4\n"), "");
  EXPECT_EQ(
      Complaints("workers: 8\n"),
      R"(test.yaml:1:1: handshake.hold_frames_total: 1024 for each worker (workers: 8) may hold more than a quarter of memory.mbufs 16384, allowed: 1 to 512, or memory.mbufs from 32768
workers: 8
^
)");
  EXPECT_EQ(
      Complaints("memory: {mbufs: 8192}\nhandshake: {hold_frames_total: 2049}\n"),
      R"(test.yaml:2:13: handshake.hold_frames_total: 2049 for each worker (workers: 1) may hold more than a quarter of memory.mbufs 8192, allowed: 1 to 2048, or memory.mbufs from 8196
handshake: {hold_frames_total: 2049}
            ^
)");
}

TEST(ConfigRelations, BuffersForAllThatMayHaveThemAtOnce) {
  constexpr const char* kHeld = "handshake: {hold_frames_total: 1}\n";
  constexpr const char* kAfXdp =
      "ports: {outside: {device: 'net_af_xdp0,iface=a'}, inside: {device: "
      "'net_af_xdp1,iface=b'}}\n";
  EXPECT_EQ(Complaints(std::string(kHeld) + kAfXdp + "memory: {mbufs: 9345}\n"), "");
  EXPECT_EQ(
      Complaints(std::string(kHeld) + kAfXdp + "memory: {mbufs: 9344}\n"),
      R"(test.yaml:3:10: memory.mbufs: 9344 are too few for 1 queue(s) and 1 worker(s), from 9345: drivers take 8320, held frames 1, rings between workers 0, the workers' hands 1024
memory: {mbufs: 9344}
         ^
)");
  EXPECT_EQ(
      Complaints(std::string(kHeld) + "ports: {queues: 16}\nworkers: 9\nmemory: {mbufs: 13000}\n"),
      R"(test.yaml:4:10: memory.mbufs: 13000 are too few for 16 queue(s) and 9 worker(s), from 13833: drivers take 4096, held frames 9, rings between workers 4608, the workers' hands 5120
memory: {mbufs: 13000}
         ^
)");
}

TEST(ConfigRelations, BothPortsOrNone) {
  EXPECT_EQ(Complaints("ports: {outside: {device: net_null0}, inside: {device: net_null1}}"), "");
  EXPECT_EQ(Complaints("ports: {outside: {device: net_null0}}"),
            R"(test.yaml:1:9: ports.inside: has no device, ports.outside has one
ports: {outside: {device: net_null0}}
        ^
)");
  EXPECT_EQ(Complaints("ports: {outside: {device: \"\"}, inside: {device: net_null1}}"),
            R"(test.yaml:1:9: ports.outside: has no device, ports.inside has one
ports: {outside: {device: ""}, inside: {device: net_null1}}
        ^
)");
}

// EAL names a device by what stands before the first comma.
TEST(ConfigRelations, PortsAreDifferentDevices) {
  EXPECT_EQ(Complaints("ports:\n  outside: {device: \"net_tap0,iface=a\"}\n"
                       "  inside: {device: \"net_tap0,iface=b\"}\n"),
            R"(test.yaml:3:3: ports.inside: 'net_tap0' is the device of ports.outside already
  inside: {device: "net_tap0,iface=b"}
  ^
)");
}

TEST(ConfigRelations, PortsAreDifferentInterfaces) {
  EXPECT_EQ(Complaints("ports:\n  outside: {device: \"net_af_xdp0,iface=eth1\"}\n"
                       "  inside: {device: \"net_af_packet1,blocksz=65536,iface=eth1\"}\n"),
            R"(test.yaml:3:3: ports.inside: 'eth1' is the interface of ports.outside already
  inside: {device: "net_af_packet1,blocksz=65536,iface=eth1"}
  ^
)");
  EXPECT_EQ(
      Complaints("ports: {outside: {device: \"0000:03:00.0\"}, inside: {device: \"03:00.0\"}}"),
      R"(test.yaml:1:44: ports.inside: '03:00.0' is the device of ports.outside already
ports: {outside: {device: "0000:03:00.0"}, inside: {device: "03:00.0"}}
                                           ^
)");
}

TEST(ConfigRelations, DevicesAreForDpdk) {
  EXPECT_EQ(
      Complaints("ports: {outside: {device: eth1}, inside: {device: eth2}}"),
      R"(test.yaml:1:19: ports.outside.device: 'eth1' is not a DPDK device, did you mean 'net_af_xdp0,iface=eth1'?
ports: {outside: {device: eth1}, inside: {device: eth2}}
                  ^
test.yaml:1:43: ports.inside.device: 'eth2' is not a DPDK device, did you mean 'net_af_xdp1,iface=eth2'?
ports: {outside: {device: eth1}, inside: {device: eth2}}
                                          ^
)");
}

TEST(ConfigRelations, APreFilterTakesAnOutsidePortOfAfXdp) {
  const auto complaints = [](const std::string& device, const std::string& prefilter) {
    return Complaints("ports:\n  prefilter: {" + prefilter + "}\n  outside: {device: \"" + device +
                      "\"}\n  inside: {device: \"0000:03:00.1\"}\nmemory: {mbufs: 65536}\n");
  };
  const std::string xdp = "net_af_xdp0,iface=eth1", pci = "0000:03:00.0";
  for (const char* good : {"enabled: on", "syns_per_second: 9", "enabled: off", "enabled: auto"}) {
    EXPECT_EQ(complaints(xdp, good), "");
  }
  EXPECT_EQ(complaints(pci, "enabled: auto, burst: 9"), "");
  EXPECT_EQ(complaints(pci, "enabled: off"), "");
  EXPECT_THAT(
      complaints(pci, "enabled: on"),
      HasSubstr("test.yaml:2:15: ports.prefilter.enabled: takes an outside port of AF_XDP"));
  EXPECT_THAT(complaints(pci, "syns_per_second: 9"),
              HasSubstr("ports.prefilter.syns_per_second: takes an outside port of AF_XDP"));
  EXPECT_THAT(complaints(xdp, "enabled: off, syns_per_second: 9"),
              HasSubstr("ports.prefilter.syns_per_second: needs the pre-filter, and "
                        "ports.prefilter.enabled is off"));
  EXPECT_THAT(complaints(xdp, "burst: 0"), HasSubstr("ports.prefilter.burst"));
}

TEST(ConfigRelations, ServiceNamesAreUnique) {
  EXPECT_EQ(Complaints(R"(services:
- {name: web, listen: ["198.18.0.1:80"]}
- {name: dns, listen: ["198.18.0.1:53"]}
- {name: web, listen: ["198.18.0.2:80"]}
)"),
            R"(test.yaml:4:4: services[2].name: 'web' is the name of services[0] already
- {name: web, listen: ["198.18.0.2:80"]}
   ^
)");
}

TEST(ConfigRelations, PolicyHasTheLastWord) {
  EXPECT_EQ(
      Complaints(R"(workers: 1
services:
- {name: web, listen: ["198.18.0.1:80"]}
- {name: shop, listen: ["198.18.0.1:80"]}
- {name: mail, listen: ["[2001:db8::1]:25"], backends: ["198.18.0.2:25"]}
)"),
      R"(test.yaml:4:25: services[1].listen[0]: service 'shop': 198.18.0.1:80 is a listener of 'web' already
- {name: shop, listen: ["198.18.0.1:80"]}
                        ^
test.yaml:5:25: services[2].listen[0]: service 'mail': listener [2001:db8::1]:25 has no backend of its address family
- {name: mail, listen: ["[2001:db8::1]:25"], backends: ["198.18.0.2:25"]}
                        ^
test.yaml:5:57: services[2].backends[0]: service 'mail': backend 198.18.0.2:25 has no listener of its address family
- {name: mail, listen: ["[2001:db8::1]:25"], backends: ["198.18.0.2:25"]}
                                                        ^
)");
}

// What follows from a value that is not known would be a second report of the same mistake.
TEST(ConfigRelations, AreNotJudgedOnBadValues) {
  EXPECT_EQ(
      Complaints("ports: {mtu: 9000}\nmemory: {mbuf_data_room: much}\n"),
      R"(test.yaml:2:26: memory.mbuf_data_room: 'much' is not a whole number, allowed: 256 to 65535
memory: {mbuf_data_room: much}
                         ^
)");
  EXPECT_EQ(Complaints("services: [{name: web, listen: [80]}]\n"),
            R"(test.yaml:1:33: services[0].listen[0]: '80' is not address:port: has no port
services: [{name: web, listen: [80]}]
                                ^
)");
}

TEST(ConfigRelations, ListensOnlyToTheMachineItselfWithAToken) {
  EXPECT_EQ(Complaints("admin: {listen: '127.0.0.1:9117', token_file: /token}\n"), "");
  EXPECT_EQ(Complaints("admin: {listen: '[::1]:9117', token_file: /token}\n"), "");
  EXPECT_EQ(Complaints("admin: {listen: '127.0.0.1:9117'}\n"),
            R"(test.yaml:1:9: admin.listen: needs admin.token_file
admin: {listen: '127.0.0.1:9117'}
        ^
)");
  EXPECT_EQ(Complaints("admin: {socket: /run/x.sock, operators: netops}\n"), "");
  EXPECT_EQ(Complaints("admin: {operators: netops}\n"),
            R"(test.yaml:1:9: admin.operators: needs admin.socket
admin: {operators: netops}
        ^
)");
  EXPECT_EQ(Complaints("cookie: {secret_file: /secret}\nadmin: {token_file: /secret}\n"),
            R"(test.yaml:2:9: admin.token_file: is cookie.secret_file, which nobody else may know
admin: {token_file: /secret}
        ^
)");
  for (const char* address : {"198.18.0.1:9117", "[2001:db8::1]:9117", "0.0.0.0:9117"}) {
    EXPECT_NE(Complaints(fmt::format("admin: {{listen: '{}', token_file: /token}}\n", address))
                  .find(fmt::format("admin.listen: {} is no loopback address", address)),
              std::string::npos);
  }
}

}  // namespace
}  // namespace synsplice
