// The handshakes of a recorded capture, learned before it is played: what its client and server
// said to each other without a proxy between them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "io/pcap/capture_reader.h"
#include "synsplice/policy/policy.h"
#include "synsplice/wire/frame.h"

namespace synsplice {

struct SessionKey {
  Endpoint client;
  Endpoint server;  // the service's, as the client addresses it
  Vids vids;

  auto operator<=>(const SessionKey&) const = default;
};

// Which end of a service's connection has sent the segment.
struct SessionSegment {
  Side from = Side::kOutside;
  SessionKey key;
};
// nullopt: no TCP, or no service's.
std::optional<SessionSegment> FindSession(const Policy& policy, const Packet& packet);

struct RecordedSession {
  uint32_t isn_c = 0;
  Offer asked;  // by the client's SYN
  bool answered = false;
  uint32_t isn_s = 0;  // when answered
  Offer answer;
  uint32_t tsval = 0;         // of the server, as the client's ACK echoes it
  bool acknowledged = false;  // the client's ACK was captured too
  bool fast_open = false;     // the SYN's data was acknowledged: we never do that (rule 2)
  bool refused = false;       // by a RST of the server
};

class RecordedSessions {
 public:
  explicit RecordedSessions(const Policy& policy) : policy_(policy) {}

  void See(const CapturedFrame& frame);

  // The session that this SYN began; nullptr: none.
  const RecordedSession* Find(const SessionKey& key, uint32_t isn_c) const;

  // `config` with what the recorded servers offered as each service's promise, where it gives none.
  Config WithPromises(Config config) const;

 private:
  void SeeClient(const SessionKey& key, const Packet& packet);
  void SeeServer(const SessionKey& key, const Packet& packet);

  const Policy& policy_;
  std::map<SessionKey, std::vector<RecordedSession>> sessions_;
};

}  // namespace synsplice
