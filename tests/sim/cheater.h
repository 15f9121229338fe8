// One connection of an attacker who has an address: what it has said and heard.
#pragma once

#include <cstdint>
#include <optional>

#include "connection.h"
#include "scenario.h"
#include "support/tcp_frame.h"

namespace synsplice::sim {

struct Cheat {
  uint32_t number = 0;    // of all
  uint32_t plan = 0;      // index
  ConnectionPlan script;  // what its server does
  Connection connection;  // of the server's end
  uint32_t snd_nxt = 0;   // behind what it has said in order
  uint32_t said_end = 0;  // behind the farthest it has said
  uint32_t rcv_nxt = 0;   // behind what it has got in order
  uint32_t heard_ack = 0;
  uint32_t isn_p = 0;
  uint32_t ts_recent = 0;
  bool timestamps = false;
  bool open = false;                    // the SYN-ACK has come
  bool reset_sent = false;              // it listens no more
  uint32_t moves = 0;                   // made
  std::optional<test::TcpFrame> heard;  // the latest data of the server
};

}  // namespace synsplice::sim
