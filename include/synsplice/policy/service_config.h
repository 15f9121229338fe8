// What an operator can set for one service.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/time.h"
#include "synsplice/lists/tier.h"
#include "synsplice/tcp/offer.h"

namespace synsplice {

// What SYN-ACKs offer in the backends' name (rule 16). nullopt: what the backends themselves offer,
// learned from their SYN-ACKs.
struct Promise {
  std::optional<uint16_t> mss;          // bytes, IPv4 listeners
  std::optional<uint16_t> mss_v6;       // bytes, IPv6 listeners
  std::optional<uint8_t> window_scale;  // 0-14, kNoScale: not offered
  std::optional<bool> sack;
  std::optional<bool> timestamps;
  std::optional<bool> ecn;

  bool operator==(const Promise&) const = default;
};

// Simultaneous connections per client network, as xt_connlimit (rules 29, 30).
struct ConnlimitConfig {
  enum class Action : uint8_t { kReset, kDrop };

  uint32_t above = 0;  // the (above + 1)th connection is refused; 0: no limit
  uint8_t prefix_length_v4 = 32;
  uint8_t prefix_length_v6 = 64;
  Action action = Action::kReset;
  std::string overload = {};  // list that takes in who is over the limit; empty: none
  Seconds ban_time{3600};     // for so long

  bool operator==(const ConnlimitConfig&) const = default;
};

// So many in so long, as "3/s" and "100/min".
struct Rate {
  uint32_t count = 0;  // 0: no limit
  Seconds per{1};

  bool operator==(const Rate&) const = default;
};

// A token bucket that starts full, as those of xt_limit and xt_hashlimit (rules 40, 41).
struct RateLimit {
  enum class Action : uint8_t { kDrop, kReset, kLog };  // kLog: counted and told, nothing else

  Rate rate;
  uint32_t burst = 5;
  Action action = Action::kDrop;

  bool operator==(const RateLimit&) const = default;
};

// A bucket for each network of clients.
struct SourceRateLimit : RateLimit {
  uint8_t prefix_length_v4 = 32;
  uint8_t prefix_length_v6 = 64;
  std::string overload = {};  // list that takes in who is over the limit; empty: none
  Seconds ban_time{3600};     // for so long

  bool operator==(const SourceRateLimit&) const = default;
};

// Of connections whose cookie was valid.
struct AcceptLimit : RateLimit {
  Milliseconds queue{0};  // so long one may wait for its turn; 0: none waits

  bool operator==(const AcceptLimit&) const = default;
};

// So many frames per second that belong to no connection; 0: any number (rule 46).
struct PoliceConfig {
  uint32_t ack = 0, syn_ack = 0, rst = 0, fin = 0;  // dropped anyway: from here on it is an attack
  uint32_t fragments = 0, udp = 0, icmp = 0;        // those above it are dropped

  bool operator==(const PoliceConfig&) const = default;
};

// What becomes of what is decided about a service's clients (rule 37).
enum class Mode : uint8_t {
  kOff,       // everything passes; connections are noted
  kMonitor,   // the same, and what kAlways would do is counted
  kAdaptive,  // as kOff, and as kAlways from one of its thresholds on
  kAlways,    // SYNs are answered with cookies
};
inline constexpr std::string_view kModeNames[] = {"off", "monitor", "adaptive", "always"};
constexpr std::string_view Name(Mode mode) { return kModeNames[static_cast<size_t>(mode)]; }

// It is crossed at `start`, and is so no more when its value was below `end` for `hold`.
struct Threshold {
  int64_t start = 0, end = 0;
  Seconds hold{10};

  bool operator==(const Threshold&) const = default;
};

// Of mode adaptive (rule 38). nullopt: does not matter.
struct AdaptiveConfig {
  std::optional<Threshold> syns_per_second;
  std::optional<Threshold> in_flight;           // SYNs of late that have become no connection
  std::optional<Threshold> incomplete_percent;  // their share of all SYNs of late
  std::optional<Threshold> bytes_per_second;    // that arrive at the outside port
  std::optional<Threshold> risk_percent;        // as the detector sees it

  bool operator==(const AdaptiveConfig&) const = default;
};

// When what comes is told as an attack (rule 45).
struct DetectorConfig {
  Threshold risk_percent{300, 150, Seconds(10)};  // of what is usual; a start of 0: never
  uint32_t least_syns = 200;                      // per second; fewer are none

  bool operator==(const DetectorConfig&) const = default;
};

struct BackendConfig {
  Endpoint endpoint;
  std::optional<Mac> mac;  // next hop of a backend behind a router; nullopt: ask for it
  uint16_t weight = 1;     // its share of new connections among the service's; 0: none

  bool operator==(const BackendConfig&) const = default;
};

// Checks of backends: a SYN from an address of our own, again and again (rule 14).
struct HealthConfig {
  std::optional<Address> source_v4, source_v6;  // nobody else has them
  uint16_t vlan = 0;                            // where the backends are; 0: no tag
  Milliseconds interval{2000};
  Milliseconds timeout{1000};  // no longer than the interval
  uint8_t rise = 2;            // answers in a row that take a backend up
  uint8_t fall = 3;            // checks in vain, in a row, that take it down

  // Otherwise only clients' connections tell who is down.
  bool IsOn() const { return source_v4 || source_v6; }
  bool operator==(const HealthConfig&) const = default;
};

struct ServiceConfig {
  // Answer to an ACK without a valid cookie (rule 7).
  enum class WrongCookie : uint8_t { kAuto, kReset, kDrop };
  // TCP from outside to a NAT backend's own endpoint, and from it without a flow.
  enum class Direct : uint8_t { kDrop, kBridge };

  // Answer to a SYN while nothing behind the appliance can take the connection (rule 14).
  enum class WhenDown : uint8_t { kDrop, kReset };

  // Connections that had begun before the service was there, or we were.
  enum class Adopt : uint8_t { kNever, kOnStart };

  std::string name;
  std::vector<Endpoint> listen;
  std::vector<uint16_t> vlans;          // outermost VIDs that it is for, 0: none; empty: all
  std::vector<BackendConfig> backends;  // empty: every listener is its own backend (transparent)
  Promise promise;
  ConnlimitConfig connlimit;
  RateLimit syn_limit;
  SourceRateLimit syn_limit_per_source;
  AcceptLimit accept_limit;
  SourceRateLimit accept_limit_per_source;
  uint32_t max_opening = 4096;       // handshakes with one backend at a time; 0: any number
  Milliseconds opening_queue{1000};  // so long others wait for their turn
  PoliceConfig police;
  DetectorConfig detector;
  WrongCookie wrong_cookie = WrongCookie::kAuto;
  uint32_t flood_syns_per_second = 2000;  // per worker; from here on the service is under flood
  Direct direct = Direct::kDrop;
  WhenDown when_down = WhenDown::kDrop;
  HealthConfig health;
  Seconds slow_start{0};      // so long the share of a backend grows that has come back; 0: at once
  Mode mode = Mode::kAlways;  // others for transparent services only
  // So long after its clients come to be challenged, what belongs to no known connection passes.
  Seconds grace{10};
  Adopt adopt = Adopt::kNever;
  AdaptiveConfig adaptive;
  // The client acknowledges the backend's SYN-ACK, not we in its name: the backend measures the
  // round trip to the client, and every connection waits for it.
  bool end_to_end_ack = false;
  // Clients whose TCP-MD5 and TCP-AO segments pass untouched (rule 25); transparent services only.
  std::vector<Prefix> signed_bypass;
  std::optional<std::vector<std::string>> lists;  // nullopt: all that there are

  bool operator==(const ServiceConfig&) const = default;
};

}  // namespace synsplice
