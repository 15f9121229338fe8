#include "control/device_text.h"

#include <gtest/gtest.h>

namespace synsplice {
namespace {

TEST(DeviceText, PciAddresses) {
  for (const char* device : {"0000:03:00.0", "03:00.7", "00010000:0a:1F.1", "0000:03:00.0,a=1"}) {
    EXPECT_TRUE(IsPciDevice(device)) << device;
    EXPECT_EQ(WhyNoDevice(device, 0), "") << device;
  }
  for (const char* device : {"net_null0", "03:00.8", "3:00.0", "eth0"}) {
    EXPECT_FALSE(IsPciDevice(device)) << device;
  }
}

TEST(DeviceText, DriverAndOptions) {
  constexpr const char* kDevice = "net_af_xdp12,ifaces=no,iface=eth1,start_queue=3";
  EXPECT_EQ(DriverOf(kDevice), "net_af_xdp");
  EXPECT_EQ(DeviceOption(kDevice, "iface"), "eth1");
  EXPECT_EQ(DeviceOption(kDevice, "start_queue"), "3");
  EXPECT_EQ(DeviceOption(kDevice, "queue_count"), "");
  EXPECT_EQ(DeviceOption("iface=eth1", "iface"), "") << "the first word is the driver";
  EXPECT_EQ(DriverOf("net_null"), "net_null");
}

TEST(DeviceText, InterfacesThatMustExist) {
  for (const char* device : {"net_af_xdp0,iface=eth1", "net_af_packet0,framesz=4096,iface=eth1",
                             "net_pcap0,iface=eth1"}) {
    EXPECT_EQ(InterfaceOf(device), "eth1") << device;
  }
  EXPECT_EQ(InterfaceOf("net_tap0,iface=eth1"), "") << "it makes the interface";
  EXPECT_EQ(InterfaceOf("0000:03:00.0"), "");
}

TEST(DeviceText, FirstQueue) {
  EXPECT_EQ(FirstQueueOf("net_af_xdp0,iface=eth1"), 0u);
  EXPECT_EQ(FirstQueueOf("net_af_xdp0,iface=eth1,start_queue=12,queue_count=2"), 12u);
}

TEST(DeviceText, WhatDpdkMayKnowIsAllowed) {
  for (const char* device :
       {"", "net_af_xdp0,iface=eth1", "net_af_packet,iface=eth1,framesz=4096", "net_null0",
        "net_pcap0,rx_pcap=a", "eth_vendor", "net_vendor0", "net_virtio_user0,path=/dev/vhost-net",
        "12345678-1234-1234-1234-123456789abc"}) {
    EXPECT_EQ(WhyNoDevice(device, 0), "") << device;
  }
}

TEST(DeviceText, SaysWhatIsWrong) {
  EXPECT_EQ(WhyNoDevice("eth1", 0),
            "'eth1' is not a DPDK device, did you mean 'net_af_xdp0,iface=eth1'?");
  EXPECT_EQ(WhyNoDevice("eth1.100", 1),
            "'eth1.100' is not a DPDK device, did you mean 'net_af_xdp1,iface=eth1.100'?");
  for (const std::string device : {"net_af_packet1", "net_af_packet1,iface="}) {
    EXPECT_EQ(WhyNoDevice(device, 1), "'" + device +
                                          "' needs a network interface, such as "
                                          "'net_af_packet1,iface=eth1'");
  }
  EXPECT_EQ(WhyNoDevice("net_afxdp0,iface=eth1", 0),
            "'net_afxdp' is not a driver of DPDK, did you mean 'net_af_xdp'?");
  EXPECT_EQ(WhyNoDevice("net_af_xdp0,iface=sixteen-letters-", 0),
            "'sixteen-letters-' is longer than the name of a network interface, allowed: 15 bytes");
}

}  // namespace
}  // namespace synsplice
