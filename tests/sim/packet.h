// A frame under way, and who made it: what the checks know about a frame besides its bytes.
#pragma once

#include <cstdint>

#include "support/tcp_frame.h"
#include "synsplice/base/reason.h"

namespace synsplice::sim {

inline constexpr int kNoConnection = -1;

struct Origin {
  enum class Maker : uint8_t { kClient, kServer, kProxy, kAttacker, kRouter };

  Maker maker = Maker::kAttacker;
  bool damaged = false;            // by a link
  int connection = kNoConnection;  // of its maker, when a client's or server's end sent it
  uint8_t flags = 0;               // of its TCP header, as sent
  uint8_t ecn = 0;                 // ECN bits of its IP header, as sent or as a link marked them
  uint32_t length = 0;             // of its payload, as sent; of a bounced frame what was answered
  uint32_t order = 0;              // counts the segments of one end in the order sent
  Reason reason = Reason::kNone;   // why the proxy made it, when it bounced a frame

  bool IsEnd() const { return maker == Maker::kClient || maker == Maker::kServer; }
};

struct Packet {
  test::Bytes bytes;
  Origin origin;
};

}  // namespace synsplice::sim
