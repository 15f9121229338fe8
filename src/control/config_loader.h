// Reads the configuration file: YAML -> ApplianceConfig, or a list of what is wrong with it.
//
// All mistakes of a file are found at once, each at its line and column; the first are shown.
// Nothing is silently replaced by a default: only a key that is absent takes the built-in one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "synsplice/base/time.h"
#include "synsplice/policy/config.h"

namespace synsplice {

struct PortsConfig {
  std::string outside;  // PCI address or DPDK vdev string; both empty: not configured
  std::string inside;   // as `outside`
  uint16_t mtu = 1500;  // bytes of an IP packet; the frame has 14 more, and 4 for each tag
  uint16_t queues = 1;  // per port, RX and TX

  bool operator==(const PortsConfig&) const = default;
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

  bool operator==(const ApplianceConfig&) const = default;
};

struct Diagnostic {
  std::string file;
  int line = 0;  // 1-based; 0: about the file as a whole
  int column = 0;
  std::string message;  // starts with the key path, if the finding belongs to a key
  std::string snippet;  // `line` and a caret below it; empty if line is 0
};

struct LoadedConfig {
  ApplianceConfig config;               // meaningful only when ok()
  std::vector<Diagnostic> diagnostics;  // the first ones in the order of the file
  size_t mistakes = 0;                  // of all diagnostics
  bool ok() const { return mistakes == 0; }
};

enum class Purpose : uint8_t {
  kReplay,  // nothing but the file is read
  kStart,   // what a start needs besides is proved as well; the secret file is read, never made
};

// Never throws. "-" is standard input.
LoadedConfig LoadConfig(const std::string& path, Purpose purpose = Purpose::kReplay);

// "file:line:column: message", below it the source line and a caret; no newline at the end.
std::string Render(const Diagnostic& diagnostic);

// Every diagnostic, and the number of those that are not among them; a newline behind each line.
std::string Render(const LoadedConfig& loaded);

}  // namespace synsplice
