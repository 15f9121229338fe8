#include "system/port_findings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "control/temporary_folder.h"

namespace synsplice {
namespace {

ExaminedPort GoodPort() {
  Link link;
  link.up = true;
  link.mtu = 1500;
  link.driver = "ixgbe";
  return {"ports.inside", "net_af_xdp1,iface=eth2", link};
}

// Sentences in one line each.
std::string Judged(const ExaminedPort& port, const ApplianceConfig& config = {}) {
  return std::regex_replace(Render(JudgePort(port, config)), std::regex("\n {24}(?!mend: )"), " ");
}

TEST(JudgePort, GoodPort) {
  EXPECT_EQ(Judged(GoodPort()),
            "ok     ports.inside     eth2: driver ixgbe, XDP in the driver, 1 receive queue(s), "
            "MTU 1500\n");
  ExaminedPort port = GoodPort();
  port.link->driver = "e1000e";
  EXPECT_NE(Judged(port).find("generic XDP"), std::string::npos);
}

TEST(JudgePort, MissingInterface) {
  EXPECT_EQ(Judged({"ports.inside", "net_af_xdp1,iface=eth2", std::nullopt}),
            "WRONG  ports.inside     there is no network interface \"eth2\"\n"
            "                        mend: ip -brief link\n");
}

TEST(JudgePort, Down) {
  ExaminedPort port = GoodPort();
  port.link->up = false;
  EXPECT_EQ(Judged(port),
            "hint   ports.inside     eth2 is down or has no carrier: no frames\n"
            "                        mend: ip link set eth2 up\n");
}

TEST(JudgePort, QueuesOfTheDevice) {
  ExaminedPort port = GoodPort();
  ApplianceConfig two;
  two.ports.queues = 2;
  port.link->queues = 2;
  EXPECT_NE(Judged(port, two).find("add queue_count=2"), std::string::npos);
  EXPECT_TRUE(AnyWrong(JudgePort(port, two)));
  port.device += ",queue_count=2";
  EXPECT_TRUE(Judged(port, two).starts_with("ok "));
}

TEST(JudgePort, QueuesOfTheInterface) {
  ExaminedPort port = GoodPort();
  port.link->queues = 2;
  EXPECT_TRUE(Judged(port).starts_with("hint   ports.inside     eth2 has 2 receive queues"));
  port.device = "net_af_packet1,iface=eth2";
  EXPECT_TRUE(Judged(port).starts_with("ok ")) << "it reads all queues";
  port.device = "net_af_xdp1,iface=eth2,queue_count=4";
  const std::string judged = Judged(port);
  EXPECT_TRUE(judged.starts_with("WRONG  ports.inside     eth2 has 2 queue(s)")) << judged;
  EXPECT_NE(judged.find("mend: ethtool -L eth2 combined"), std::string::npos);
}

TEST(JudgePort, Mtu) {
  ExaminedPort port = GoodPort();
  port.link->mtu = 1400;
  EXPECT_NE(Judged(port).find("longer packets do not leave"), std::string::npos);
  EXPECT_NE(Judged(port).find("mend: ip link set eth2 mtu 1500"), std::string::npos);
  port.link->mtu = 1501;
  EXPECT_NE(Judged(port).find("longer packets do not come in"), std::string::npos);
}

TEST(JudgePort, MtuOfAVethPairWithXdp) {
  ExaminedPort port = GoodPort();
  port.link->driver = "veth";
  port.link->mtu = 3506;
  EXPECT_FALSE(AnyWrong(JudgePort(port, {})));
  port.link->mtu = 3507;
  EXPECT_TRUE(AnyWrong(JudgePort(port, {})));
  port.device = "net_af_packet1,iface=eth2";
  EXPECT_FALSE(AnyWrong(JudgePort(port, {})));
}

TEST(JudgePort, BuffersThatAfXdpDoesNotTake) {
  ApplianceConfig config;
  config.mbuf_data_room = 3840;
  EXPECT_FALSE(AnyWrong(JudgePort(GoodPort(), config)));
  config.mbuf_data_room = 3841;
  EXPECT_TRUE(AnyWrong(JudgePort(GoodPort(), config)));
}

TEST(JudgePort, ForeignXdpProgram) {
  ExaminedPort port = GoodPort();
  port.link->program = 42;
  const std::string judged = Judged(port);
  EXPECT_TRUE(judged.starts_with("WRONG  ports.inside     another XDP program (id 42) is on eth2"));
  EXPECT_NE(judged.find("mend: ip link set dev eth2 xdp off"), std::string::npos);
  port.device = "net_af_packet1,iface=eth2";
  EXPECT_FALSE(AnyWrong(JudgePort(port, {})));
}

TEST(JudgePort, WireThatWasLeft) {
  ExaminedPort port = GoodPort();
  port.link->program = 42;
  port.link->is_wire = true;
  const Findings findings = JudgePort(port, {});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].level, Finding::Level::kGood);
  EXPECT_TRUE(findings[0].sentence.ends_with("MTU 1500, a wire that the start takes over"));
}

TEST(JudgePort, AnotherSynsplice) {
  ExaminedPort port = GoodPort();
  port.link->program = 42;
  port.link->holder = "process 7";
  const std::string judged = Judged(port);
  EXPECT_NE(judged.find("synsplice runs on eth2 already (process 7)"), std::string::npos);
  EXPECT_EQ(judged.find("another XDP program"), std::string::npos) << "it is its own";
}

TEST(JudgePort, ChecksumsOfAVethPeer) {
  ExaminedPort port = GoodPort();
  port.link->driver = "veth";
  EXPECT_NE(Judged(port).find("mend: ethtool -K PEER tx off"), std::string::npos);
  port.link->peer = "veth9";
  port.link->sends_unfinished = true;
  EXPECT_NE(Judged(port).find("mend: ethtool -K veth9 tx off"), std::string::npos);
  port.link->sends_unfinished = false;
  EXPECT_EQ(Judged(port).find("mend:"), std::string::npos);
}

TEST(JudgePciDevice, NeedsADriverThatDpdkCanUse) {
  const TemporaryFolder folder;
  const std::string at = "bus/pci/devices/0000:03:00.0";
  const auto judged = [&] {
    return Render({JudgePciDevice("ports.inside", "03:00.0,option=1", folder.File(""))});
  };
  EXPECT_TRUE(judged().starts_with("WRONG  ports.inside     there is no PCI device 0000:03:00.0"));
  std::filesystem::create_directories(folder.File(at));
  EXPECT_TRUE(judged().starts_with("WRONG  ports.inside     0000:03:00.0 has driver none"));
  for (const auto& [driver, level] :
       {std::pair{"ixgbe", "WRONG"}, std::pair{"vfio-pci", "ok "}, std::pair{"mlx5_core", "ok "}}) {
    std::filesystem::remove(folder.File(at + "/driver"));
    std::filesystem::create_symlink(std::string("/drivers/") + driver, folder.File(at + "/driver"));
    EXPECT_TRUE(judged().starts_with(level)) << judged();
  }
}

}  // namespace
}  // namespace synsplice
