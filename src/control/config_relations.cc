#include "control/config_relations.h"

#include <fmt/format.h>
#include <linux/bpf.h>

#include <map>
#include <string_view>

#include "control/buffer_plan.h"
#include "control/device_text.h"
#include "control/lists/list_check.h"
#include "control/on_exit.h"
#include "synsplice/flow/handshake_slots.h"
#include "synsplice/policy/policy.h"

namespace synsplice {
namespace {

constexpr unsigned kMbufHeadroom = 128;  // bytes, RTE_PKTMBUF_HEADROOM of Debian's DPDK

// The kernel keeps room for XDP in front of that, and drops without a word what does not fit
// behind.
unsigned HeadroomOf(const PortsConfig& ports) {
  const bool xdp = IsAfXdp(ports.outside) || IsAfXdp(ports.inside);
  return kMbufHeadroom + (xdp ? XDP_PACKET_HEADROOM : 0);
}

// A longer frame would need a chain of packet buffers.
void CheckFrameFits(const ApplianceConfig& config, ConfigReport& report) {
  const unsigned frame = config.ports.mtu + unsigned{HandshakeSlot::kMaxL2Bytes};
  const unsigned headroom = HeadroomOf(config.ports);
  if (frame + headroom <= config.mbuf_data_room) return;
  report.FailRelation(
      {"ports.mtu", "memory.mbuf_data_room", "ports.outside", "ports.inside"},
      fmt::format("{} makes frames of {} bytes, too long for memory.mbuf_data_room {} with {} "
                  "bytes of headroom: needs a data room of {}",
                  config.ports.mtu, frame, config.mbuf_data_room, headroom, frame + headroom));
}

// Rule 9: an empty pool would stop reception. All workers share the pool.
void CheckHeldFrames(const ApplianceConfig& config, ConfigReport& report) {
  const uint32_t per_worker = config.core.handshake.hold_frames_total;
  const uint64_t held = uint64_t{per_worker} * config.workers;
  if (held <= config.mbufs / 4) return;
  report.FailRelation(
      {"handshake.hold_frames_total", "memory.mbufs", "workers"},
      fmt::format("{} for each worker (workers: {}) may hold more than a quarter of memory.mbufs "
                  "{}, allowed: 1 to {}, or memory.mbufs from {}",
                  per_worker, config.workers, config.mbufs, config.mbufs / 4 / config.workers,
                  4 * held));
}

void CheckBuffers(const ApplianceConfig& config, ConfigReport& report) {
  const BufferPlan plan = PlanBuffers(config);
  if (config.mbufs >= plan.total()) return;
  report.FailRelation(
      {"memory.mbufs", "ports.queues", "workers", "ports.outside", "ports.inside",
       "handshake.hold_frames_total"},
      fmt::format("{} are too few for {} queue(s) and {} worker(s), from {}: drivers take {}, held "
                  "frames {}, rings between workers {}, the workers' hands {}",
                  config.mbufs, config.ports.queues, config.workers, plan.total(), plan.drivers,
                  plan.held, plan.between, plan.hands));
}

bool IsLoopback(const Address& address) {
  return address.IsV4() ? address.bytes[12] == 127 : address == *ParseAddress("::1");
}

// Tokens cross it in the clear.
void CheckAdmin(const ApplianceConfig& config, ConfigReport& report) {
  const AdminConfig& admin = config.admin;
  if (!admin.token_file.empty() && admin.token_file == config.secret_file) {
    report.FailRelation({"admin.token_file", "cookie.secret_file"},
                        "is cookie.secret_file, which nobody else may know");
  }
  if (!admin.operators.empty() && admin.socket.empty()) {
    report.FailRelation({"admin.operators", "admin.socket"}, "needs admin.socket");
  }
  if (admin.listen.port == 0) return;
  if (!IsLoopback(admin.listen.address)) {
    report.FailAtKey("admin.listen",
                     fmt::format("{} is no loopback address", ToString(admin.listen)));
  }
  if (admin.token_file.empty()) {
    report.FailRelation({"admin.listen", "admin.token_file"}, "needs admin.token_file");
  }
}

// The name of a vdev, or the PCI address without the domain that it has anyway.
std::string_view DeviceName(std::string_view device) {
  if (device.starts_with("0000:")) device.remove_prefix(5);
  return device.substr(0, device.find(','));
}

void CheckDevices(const PortsConfig& ports, ConfigReport& report) {
  const std::string* devices[] = {&ports.outside, &ports.inside};
  for (unsigned i = 0; i < 2; ++i) {
    const std::string why = WhyNoDevice(*devices[i], i);
    if (!why.empty())
      report.FailAtKey(i == 0 ? "ports.outside.device" : "ports.inside.device", why);
  }
}

void CheckPorts(const PortsConfig& ports, ConfigReport& report) {
  const auto interface = DeviceOption(ports.outside, "iface");
  if (ports.outside.empty() && ports.inside.empty()) return;
  if (ports.outside.empty()) {
    report.FailRelation({"ports.outside", "ports.inside"}, "has no device, ports.inside has one");
  } else if (ports.inside.empty()) {
    report.FailRelation({"ports.inside", "ports.outside"}, "has no device, ports.outside has one");
  } else if (DeviceName(ports.inside) == DeviceName(ports.outside)) {
    report.FailRelation(
        {"ports.inside", "ports.outside"},
        fmt::format("'{}' is the device of ports.outside already", DeviceName(ports.inside)));
  } else if (!interface.empty() && interface == DeviceOption(ports.inside, "iface")) {
    report.FailRelation({"ports.inside", "ports.outside"},
                        fmt::format("'{}' is the interface of ports.outside already", interface));
  }
}

void CheckOnExit(const PortsConfig& ports, ConfigReport& report) {
  if (ports.outside.empty() || ports.inside.empty()) return;
  if (ports.on_exit != OnExit::kWire || WhatIsLeft(ports) == OnExit::kWire) return;
  report.FailRelation(
      {"ports.on_exit", "ports.outside", "ports.inside"},
      "'wire' takes two AF_XDP ports (net_af_xdp): for others only a card with a hardware bypass "
      "does it, allowed: auto, block");
}

// What asks for it in vain would protect less than its operator believes.
void CheckPrefilter(const PortsConfig& ports, ConfigReport& report) {
  using enum PrefilterConfig::Use;
  const PrefilterConfig& prefilter = ports.prefilter;
  if (prefilter.enabled == kOff && prefilter.syns_per_second != 0) {
    report.FailRelation({"ports.prefilter.syns_per_second", "ports.prefilter.enabled"},
                        "needs the pre-filter, and ports.prefilter.enabled is off");
  }
  const bool asks = prefilter.enabled == kOn || prefilter.syns_per_second != 0;
  if (!asks || ports.outside.empty() || IsAfXdp(ports.outside)) return;
  report.FailRelation(
      {prefilter.enabled == kOn ? "ports.prefilter.enabled" : "ports.prefilter.syns_per_second",
       "ports.outside"},
      "takes an outside port of AF_XDP (net_af_xdp): other drivers run no XDP program");
}

void CheckNames(const Config& core, ConfigReport& report) {
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < core.services.size(); ++i) {
    const auto [first, is_new] = seen.emplace(core.services[i].name, i);
    if (is_new) continue;
    report.FailAtKey(
        fmt::format("services[{}].name", i),
        fmt::format("'{}' is the name of services[{}] already", first->first, first->second));
  }
}

void CheckServices(const Config& core, ConfigReport& report) {
  if (!report.IsSound("services")) return;
  CheckNames(core, report);
  for (const auto& [key, sentence] : Policy::Validate(core)) report.FailAtKey(key, sentence);
}

}  // namespace

void CheckRelations(const ApplianceConfig& config, ConfigReport& report) {
  CheckFrameFits(config, report);
  CheckHeldFrames(config, report);
  CheckBuffers(config, report);
  CheckDevices(config.ports, report);
  CheckAdmin(config, report);
  CheckPorts(config.ports, report);
  CheckOnExit(config.ports, report);
  CheckPrefilter(config.ports, report);
  CheckServices(config.core, report);
  if (!report.IsSound("lists") || !report.IsSound("services")) return;
  for (const auto& [key, sentence] : CheckLists(config.core, config.listed)) {
    report.FailAtKey(key, sentence);
  }
}

}  // namespace synsplice
