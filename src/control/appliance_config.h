// What a configuration file says, every value checked.
#pragma once

#include <cstdint>
#include <string>

#include "control/lists/list_check.h"
#include "synsplice/base/time.h"
#include "synsplice/policy/config.h"

namespace synsplice {

// What the ports are while no synsplice serves them: one wire, or nothing.
enum class OnExit : uint8_t { kAuto, kWire, kBlock };

// What AF_XDP's program at the outside port drops in the kernel, before a worker has it (rule 47).
struct PrefilterConfig {
  enum class Use : uint8_t { kAuto, kOn, kOff };  // kAuto: where the outside port can

  Use enabled = Use::kAuto;
  uint32_t syns_per_second = 0;  // of one source to all services; 0: any number
  uint32_t burst = 100;          // so many at once, from one that was silent

  bool operator==(const PrefilterConfig&) const = default;
};

struct PortsConfig {
  std::string outside;  // PCI address or DPDK vdev string; both empty: not configured
  std::string inside;   // as `outside`
  uint16_t mtu = 1500;  // bytes of an IP packet; the frame has 14 more, and 4 for each tag
  uint16_t queues = 1;  // per port, RX and TX
  OnExit on_exit = OnExit::kAuto;
  PrefilterConfig prefilter;

  bool operator==(const PortsConfig&) const = default;
};

// Where the API answers.
struct AdminConfig {
  std::string socket;      // empty: none
  std::string operators;   // group whose members may change things through it; empty: none
  Endpoint listen;         // port 0: none
  std::string token_file;  // for `listen`
  std::string token;       // not from YAML: what the file says

  bool operator==(const AdminConfig&) const = default;
};

// Where events go besides the API.
struct EventsConfig {
  std::string file;  // empty: none
  bool journal = false;
  std::string socket;  // of a reader; empty: none

  bool operator==(const EventsConfig&) const = default;
};

inline constexpr unsigned kMaxWorkers = 16;

// What a worker does while nothing arrives: polls, or sleeps for moments.
enum class Idle : uint8_t { kPoll, kAdaptive };

struct ApplianceConfig {
  Config core;  // core.cookie.secret is not from YAML: LoadSecret(secret_file)
  PortsConfig ports;
  unsigned workers = 1;  // to kMaxWorkers
  Idle idle = Idle::kPoll;
  bool huge_pages = false;
  uint32_t mbufs = 16384;
  uint16_t mbuf_data_room = 2176;       // bytes, headroom included
  Milliseconds statistics_interval{0};  // 0: off
  std::string secret_file;              // empty: a random secret for this run
  AdminConfig admin;
  EventsConfig events;
  std::string state_folder;  // what outlives a restart; empty: nothing does
  std::string site_rules;    // a file that says what a configuration must be like; empty: none
  // Not from YAML: what the files of core.lists say, one for each.
  InFiles listed;

  bool operator==(const ApplianceConfig&) const = default;
};

}  // namespace synsplice
