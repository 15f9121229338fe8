// What an operator can set for the core: plain values with the built-in defaults.
//
// control/ fills it from YAML and validates ranges; Policy turns it into look-up tables. Durations
// carry their unit in the type. Every limit of the core is here or derived from here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "synsplice/base/address.h"
#include "synsplice/base/siphash.h"
#include "synsplice/base/time.h"
#include "synsplice/lists/tier.h"
#include "synsplice/policy/service_config.h"
#include "synsplice/policy/vlan_endpoint.h"

namespace synsplice {

// Clients by who has their networks (rule 44).
struct ReputationConfig {
  std::string file = {};                    // in MaxMind's format; empty: none
  std::vector<uint32_t> asns = {};          // autonomous systems
  std::vector<std::string> countries = {};  // by their two letters (ISO 3166)

  bool operator==(const ReputationConfig&) const = default;
};

// Clients that are treated alike (rule 43). Who they are is not the core's configuration: a file
// says so, and entries that come and go.
struct ListConfig {
  std::string name;
  Tier tier = Tier::kBlock;
  std::string file = {};  // empty: none
  ReputationConfig reputation = {};

  bool operator==(const ListConfig&) const = default;
};

// Rule 21. Idle time after which a flow in that phase is removed; nullopt: one cookie life.
struct TimeoutConfig {
  Seconds established{7440};
  Seconds client_closed{7440};
  Seconds server_closed{240};
  Seconds closing{240};
  Seconds time_wait{120};
  std::optional<Seconds> closed;   // reset: translation goes on so long
  std::optional<Seconds> refused;  // ended before the splice: the answer is remembered so long
  Seconds evictable_idle{64};      // a full bucket evicts the longest idle over this
  Seconds evictable_wait{1};       // and handshakes unanswered for longer than this

  bool operator==(const TimeoutConfig&) const = default;
};

struct HandshakeConfig {
  uint32_t slots = 16384;             // connections that wait for a backend at the same time
  uint32_t syn_retries = 3;           // after 1, 2, 4 ... seconds; then the client is told
  uint32_t hold_segments = 4;         // window of the SYN-ACK, in promised MSS
  uint32_t hold_frames = 8;           // early frames held per connection
  uint32_t hold_frames_total = 1024;  // over all connections of a worker
  uint16_t wrong_cookie_resets_per_second = 100;  // per client prefix (/24, /64) and worker

  bool operator==(const HandshakeConfig&) const = default;
};

struct CookieConfig {
  SipKey secret;               // 128 bits; appliances that share it accept each other's cookies
  Seconds epoch{32};           // a cookie lives one to two epochs
  bool shared_secret = false;  // other appliances send cookies that are valid here

  bool operator==(const CookieConfig&) const = default;
};

// Rule 31. SYN-ACKs to a client prefix (/24, /64) that has not completed a handshake of late: a
// spoofer aims them, so the limit is the victim's, not a service's.
struct ReflectionConfig {
  uint16_t syn_acks_per_second = 0;  // per prefix and worker; 0: no limit
  Seconds exempt_for{600};           // after a handshake from the prefix

  bool operator==(const ReflectionConfig&) const = default;
};

struct Config {
  std::vector<ListConfig> lists;  // of equal prefixes the first list's counts
  std::vector<ServiceConfig> services;
  TimeoutConfig timeouts;
  HandshakeConfig handshake;
  CookieConfig cookie;
  ReflectionConfig reflection;
  std::vector<VlanEndpoint> drained;            // backends that get no new connections for now
  uint32_t flow_table_entries = 1u << 18;       // per worker
  uint32_t connlimit_table_entries = 1u << 16;  // client networks counted at the same time

  bool operator==(const Config&) const = default;
};

inline constexpr uint32_t kMaxServices = 1024;
// Listeners, and as many backends, once for each VLAN that their service names.
inline constexpr uint32_t kMaxEndpoints = 4096;
// Of each kind since the start, and one that is nobody.
inline constexpr uint32_t kMostEndpoints = 2 * kMaxEndpoints + 1;
inline constexpr uint32_t kMaxSignedBypass = 64;  // prefixes of one service
inline constexpr uint32_t kMaxHoldFrames = 32;
inline constexpr uint32_t kMaxSynRetries = 5;
inline constexpr uint16_t kMaxWeight = 256;
inline constexpr uint16_t kMaxVid = 4094;       // 802.1Q table 9-2: 4095 is reserved
inline constexpr uint8_t kMaxWindowScale = 14;  // RFC 7323 2.3
inline constexpr uint16_t kMinMss = 216;        // the smallest one that a cookie keeps

}  // namespace synsplice
