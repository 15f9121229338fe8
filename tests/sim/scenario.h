// Everything that a seed decides before a run begins.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "cheat_plan.h"
#include "link.h"
#include "random.h"
#include "synsplice/policy/config.h"

namespace synsplice::sim {

// What one host's TCP is like.
struct Stack {
  uint16_t mss = 1460;           // of its SYN; bytes that it can receive in a segment
  std::optional<uint8_t> scale;  // nullopt: no window scaling
  bool sack = false;
  bool timestamps = false;
  bool ecn = false;                // RFC 3168
  bool strict_timestamps = false;  // drops segments without them (RFC 7323 3.2)
  bool probes_with_byte = false;   // keepalives and window probes carry one byte
  bool odd_options = false;        // options of its segments lie at odd offsets
  bool random_isn = false;         // ISNs of reused ports need not grow
  uint32_t tsval_offset = 0;
  uint32_t tsval_step = 1;    // milliseconds per unit of TSval
  uint32_t buffer = 65535;    // receive buffer, bytes
  int64_t rto = 300;          // milliseconds, first retransmission
  int64_t keepalive = 20000;  // milliseconds of silence before a probe
  int64_t time_wait = 10000;  // milliseconds
};

// What an application does with its connection.
struct Script {
  enum class End : uint8_t {
    kCloseWhenSent,   // FIN behind its last byte: half-close when the other still sends
    kCloseAfterPeer,  // FIN when the other's FIN and its own data are done
    kAbort,           // RST when its bytes are written
  };
  uint32_t bytes = 0;       // to send
  uint32_t chunk = 1;       // bytes written at a time
  int64_t gap = 0;          // milliseconds between chunks
  int64_t pause = 0;        // milliseconds before the first
  uint32_t wait_for = 0;    // bytes of the peer to read before the first
  uint32_t read_chunk = 0;  // bytes read at a time; 0: everything at once
  int64_t read_gap = 0;     // milliseconds between reads
  End end = End::kCloseWhenSent;
  int64_t patience = 1'000'000'000;  // milliseconds from its FIN on; then its host forgets it
};

struct ConnectionPlan {
  uint32_t host = 0;
  uint16_t port = 0;
  uint16_t service = 0;
  int64_t start = 0;            // milliseconds
  bool reuses_at_once = false;  // takes the port even if it is open: a client without memory
  Script client, server;
};

struct ServerPlan {
  Stack stack;
  uint16_t service = 0;
  int64_t deaf_until = 0;     // milliseconds: SYNs before are ignored
  int64_t late = 0;           // milliseconds that a SYN waits for its answer
  int64_t cookies_until = 0;  // milliseconds: before, its SYN-ACKs carry no option but the MSS
  bool refuses = false;       // nobody listens
  int64_t restart_at = -1;    // milliseconds: forgets all connections; negative: never

  // Whether its clients may find it silent.
  bool IsSick() const { return deaf_until > 0 || late > 0 || refuses || restart_at >= 0; }
};

// A router between the appliance and the hosts of one side, whose next link is narrow.
struct PathMtu {
  uint32_t mtu = 65535;  // bytes of an IP packet
  int64_t from = 0;      // milliseconds: the route changes
};

struct FloodPlan {
  enum class Kind : uint8_t {
    kNone,
    kSyn,
    kAck,
    kSynAck,
    kRst,
    kFin,
    kData,
    kFragments,
    kTooBig,
    kMixed
  };
  Kind kind = Kind::kNone;
  uint32_t frames = 0;
  int64_t start = 0, length = 1;  // milliseconds
  bool from_clients = false;      // source: real clients' addresses and ports, not random ones
  bool from_inside = false;       // a flood with a backend's source
};

struct Scenario {
  Config config;
  bool v6 = false;
  bool nat = false;
  std::vector<uint16_t> tags;
  unsigned workers = 1;
  bool passes = false;                // the first service's clients are never challenged
  bool switches = false;              // they are challenged now and then
  bool learns = false;                // part of the promise is learned from the backends
  LinkQuality outside[2], inside[2];  // towards the proxy, away from it
  PathMtu path[2];                    // outside, inside
  int64_t heals_at = 0;               // milliseconds: from here on the links are good
  std::vector<Stack> clients;
  std::vector<ServerPlan> servers;
  std::vector<ConnectionPlan> connections;
  FloodPlan flood;
  std::vector<CheatPlan> cheats;
  uint32_t forged_resets = 0;  // in clients' names, in the server's window

  bool IsHostile() const { return !cheats.empty(); }
  bool IsOrderly() const;   // all links keep the order
  bool IsLossless() const;  // and lose nothing
  // Whether clients need not be challenged: what comes from inside is a server's word.
  bool MayPass() const;
  bool SomePass() const { return passes || switches; }
};

Scenario DrawScenario(Random& random);
// The same, a fifth of them with attackers who have addresses, servers that hang, a second service.
Scenario DrawWorld(Random& random);
Stack DrawStack(Random& random);
void DrawPromise(Random& random, Promise& promise);

// Addresses of the world, for both families.
inline const Mac kClientMac = *ParseMac("02:00:00:00:00:0c");
inline const Mac kServerMac = *ParseMac("02:00:00:00:00:0e");
inline const Mac kAttackerMac = *ParseMac("02:00:00:00:00:0a");
inline const Mac kOutsideMac = *ParseMac("02:00:00:00:00:f0");
inline const Mac kInsideMac = *ParseMac("02:00:00:00:00:f1");
// Where checks of backends come from.
Address CheckSource(bool v6);
Endpoint ListenerEndpoint(bool v6, uint16_t service = 0);
Endpoint BackendEndpoint(const Scenario& scenario, uint32_t server);
Address ClientAddress(bool v6, uint32_t host);
// Of the `number`th cheating connection of a plan.
Endpoint CheaterEndpoint(const Scenario& scenario, uint32_t plan, uint32_t number);

}  // namespace synsplice::sim
