// What one line of any log says about a client.
#pragma once

#include <optional>
#include <string>

#include "synsplice/base/address.h"
#include "timeline/log_time.h"

namespace synsplice {

struct LogRecord {
  LogTime time;
  std::optional<Address> client = {};  // nullopt: an event of ours that is about no single client
  std::string src_type;                // synsplice, iptables, access or cloudflare
  std::string event_type = {};
  std::string text = {};   // the rest, for people
  std::string where = {};  // file and line
};

}  // namespace synsplice
