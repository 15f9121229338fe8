#include "system/port_findings.h"

#include <fmt/format.h>
#include <linux/bpf.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <string_view>

#include "control/buffer_plan.h"
#include "control/device_text.h"
#include "io/xdp/prefilter.h"

namespace synsplice {
namespace {

using enum Finding::Level;

// Those that run XDP programs themselves; others get frames through the kernel's generic hook.
constexpr std::array<std::string_view, 19> kNativeXdp = {
    "veth",      "virtio_net", "ixgbe",     "ixgbevf", "i40e", "ice", "igb",
    "igc",       "mlx4_en",    "mlx5_core", "bnxt_en", "ena",  "nfp", "qede",
    "hv_netvsc", "tun",        "sfc",       "gve",     "mana"};

constexpr unsigned kPage = 4096, kEthernetHeader = 14;
// veth_xdp_set() of the kernel refuses a peer whose frames, XDP's headroom in front and the
// skb_shared_info behind, do not fit a page.
constexpr unsigned kSharedInfo = 320;
constexpr unsigned kMostVethMtu = kPage - XDP_PACKET_HEADROOM - kSharedInfo - kEthernetHeader;
// DPDK's AF_XDP driver wants a whole packet buffer within a page: the data room, 128 bytes of
// structure, 64 of its pool, and what the pool adds to spread buffers over memory channels.
constexpr unsigned kMostAfXdpRoom = 3840;

struct Judgement {
  const ExaminedPort& port;
  std::string interface;
  Findings findings;

  const Link& link() const { return *port.link; }
  bool xdp() const { return IsAfXdp(port.device); }
  void Say(Finding::Level level, std::string sentence, std::string remedy) {
    findings.push_back({level, port.key, std::move(sentence), std::move(remedy)});
  }
};

void JudgeState(Judgement& of) {
  if (of.link().up) return;
  of.Say(kHint, fmt::format("{} is down or has no carrier: no frames", of.interface),
         fmt::format("ip link set {} up", of.interface));
}

// The program of a synsplice that runs is its own.
void JudgeOwner(Judgement& of) {
  if (!of.link().holder.empty()) {
    of.Say(kWrong, fmt::format("synsplice runs on {} already ({})", of.interface, of.link().holder),
           "pgrep -a synsplice");
  } else if (of.xdp() && of.link().program != 0 && !of.link().is_wire) {
    of.Say(kWrong,
           fmt::format("another XDP program (id {}) is on {}: end the program that it belongs to, "
                       "or take it off",
                       of.link().program, of.interface),
           fmt::format("ip link set dev {} xdp off", of.interface));
  }
}

// The driver has as many queues as its option says.
unsigned QueuesOfDevice(const std::string& device) {
  const std::string_view text = DeviceOption(device, "queue_count");
  unsigned count = 1;
  std::from_chars(text.data(), text.data() + text.size(), count);
  return count;
}

void JudgeQueues(Judgement& of, unsigned queues) {
  if (!of.xdp()) return;
  const unsigned available = QueuesOfDevice(of.port.device);
  if (queues > available) {
    of.Say(kWrong,
           fmt::format("the device has {} queue(s), ports.queues is {}: add queue_count={} to it",
                       available, queues, queues),
           "");
  }
  const std::string command = fmt::format("ethtool -L {} combined {}", of.interface, queues);
  if (available > of.link().queues) {
    of.Say(kWrong,
           fmt::format("{} has {} queue(s), the device wants {}", of.interface, of.link().queues,
                       available),
           command);
  } else if (queues < of.link().queues) {
    of.Say(kHint,
           fmt::format("{} has {} receive queues, ports.queues is {}: what comes in by the others "
                       "does not reach synsplice",
                       of.interface, of.link().queues, queues),
           command);
  }
}

void JudgeMtu(Judgement& of, unsigned mtu) {
  const std::string remedy = fmt::format("ip link set {} mtu {}", of.interface, mtu);
  if (of.xdp() && of.link().driver == "veth" && of.link().mtu > kMostVethMtu) {
    of.Say(kWrong,
           fmt::format("{} has MTU {}, with XDP a veth pair has {} at most, at both ends",
                       of.interface, of.link().mtu, kMostVethMtu),
           remedy);
  } else if (of.link().mtu != mtu) {
    of.Say(kHint,
           fmt::format("{} has MTU {}, ports.mtu is {}: {}", of.interface, of.link().mtu, mtu,
                       of.link().mtu < mtu ? "longer packets do not leave"
                                           : "longer packets do not come in"),
           remedy);
  }
}

void JudgeDataRoom(Judgement& of, const ApplianceConfig& config) {
  if (!of.xdp() || config.mbuf_data_room <= kMostAfXdpRoom) return;
  of.Say(kWrong,
         fmt::format("AF_XDP takes a memory.mbuf_data_room of {} at most; net_af_packet takes more",
                     kMostAfXdpRoom),
         "");
}

// Who sends through a veth end leaves checksums to a card that is not there.
void JudgeChecksums(Judgement& of) {
  if (of.link().driver != "veth") return;
  if (of.link().peer.empty()) {
    of.Say(kHint,
           fmt::format("the other end of {} is in another network namespace: if it offloads "
                       "checksums, its SYNs are dropped; there:",
                       of.interface),
           "ethtool -K PEER tx off");
  } else if (of.link().sends_unfinished) {
    of.Say(kHint, fmt::format("{} offloads checksums: its SYNs are dropped", of.link().peer),
           fmt::format("ethtool -K {} tx off", of.link().peer));
  }
}

std::string Summary(const Judgement& of) {
  const bool native = std::ranges::find(kNativeXdp, of.link().driver) != kNativeXdp.end();
  return fmt::format("{}: driver {}{}, {} receive queue(s), MTU {}{}", of.interface,
                     of.link().driver.empty() ? "unknown" : of.link().driver,
                     !of.xdp() ? ""
                     : native  ? ", XDP in the driver"
                               : ", generic XDP",
                     of.link().queues, of.link().mtu,
                     of.link().is_wire ? ", a wire that the start takes over" : "");
}

}  // namespace

Findings JudgePort(const ExaminedPort& port, const ApplianceConfig& config) {
  Judgement of{port, InterfaceOf(port.device), {}};
  if (!port.link) {
    of.Say(kWrong, fmt::format("there is no network interface \"{}\"", of.interface),
           "ip -brief link");
    return of.findings;
  }
  JudgeOwner(of);
  JudgeState(of);
  JudgeQueues(of, config.ports.queues);
  JudgeMtu(of, config.ports.mtu);
  JudgeDataRoom(of, config);
  // What is wrong speaks for itself.
  if (of.findings.empty()) of.Say(kGood, Summary(of), "");
  JudgeChecksums(of);
  return of.findings;
}

Finding JudgePrefilter(const ApplianceConfig& config) {
  const std::string missing = WhyNoPrefilter(config.ports);
  return {kGood, "ports.prefilter",
          missing.empty() ? "lists that block, and budgets of sources, act in the kernel"
                          : "there is none: " + missing,
          ""};
}

Finding JudgePciDevice(const std::string& key, const std::string& device, const std::string& sys) {
  std::string address = device.substr(0, device.find(','));
  if (address.find(':') == address.rfind(':')) address = "0000:" + address;
  const auto folder = std::filesystem::path(sys) / "bus/pci/devices" / address;
  std::error_code ignored;
  if (!std::filesystem::exists(folder, ignored)) {
    return {kWrong, key, fmt::format("there is no PCI device {}", address), "lspci -D"};
  }
  const std::string driver = std::filesystem::read_symlink(folder / "driver", ignored).filename();
  // DPDK's drivers of these cards work beside the kernel's.
  const bool good = driver == "vfio-pci" || driver.starts_with("mlx");
  return {good ? kGood : kWrong, key,
          fmt::format("{} has driver {}", address, driver.empty() ? "none" : driver),
          good ? "" : fmt::format("dpdk-devbind.py -b vfio-pci {}", address)};
}

}  // namespace synsplice
