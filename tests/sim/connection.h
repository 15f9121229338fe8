// What the world knows of one connection that a client opens: both ends and what may excuse them.
#pragma once

#include <cstdint>

#include "scenario.h"
#include "synsplice/base/address.h"

namespace synsplice::sim {

class TcpEnd;

struct Connection {
  bool IsHonest() const { return client_end != nullptr; }

  int id = 0;
  Endpoint client;  // address and port
  uint32_t server_index = 0;
  const ConnectionPlan* plan = nullptr;
  TcpEnd* client_end = nullptr;
  TcpEnd* server_end = nullptr;  // the one that answered the SYN with this ISN last
  uint32_t isn_c = 0;
  int64_t opened_at = 0;            // milliseconds
  int64_t forwarded_at = 0;         // the latest segment of an end of it
  bool fin_forwarded = false;       // the server's
  bool expired = false;             // idle for too long behind that
  bool reuses_port = false;         // an earlier connection had the same address and port
  bool handshake_done = false;      // the client has acknowledged the cookie
  bool spliced = false;             // the server's end is, or was, synchronised
  bool client_reset_sent = false;   // the client's host sent a RST for this address and port
  bool server_reset_sent = false;   // the server's host sent a RST for it
  bool proxy_reset_server = false;  // the proxy told the server that its client has gone
  bool asked = false;               // a SYN has reached a server
  bool over_limit = false;          // connlimit has turned a segment away
  bool backends_down = false;       // its SYN was turned away while its server was silent
  bool damage_passed = false;       // the proxy has sent a damaged segment on
  bool too_long = false;            // a router has dropped a segment that was too long
  bool proxy_reset_client = false;  // the proxy told the client that there is no connection
};

}  // namespace synsplice::sim
