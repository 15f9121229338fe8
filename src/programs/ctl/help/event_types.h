// What the types of events say (`event_type` of docs/event.schema.json), as docs/operating.md has
// it at length.
#pragma once

#include <string_view>

namespace synsplice {

struct EventType {
  std::string_view name, text;
};

inline constexpr EventType kEventTypes[] = {
    {"attack_start",
     "a service is under attack: in `reasons` why, in `top_sources` who sends most"},
    {"attack_update", "the attack goes on: each ten seconds"},
    {"attack_end", "the attack is over: how long it took, how high it rose"},
    {"backend", "a backend is down, or up again"},
    {"capture", "somebody captures frames, or has ended that"},
    {"change", "somebody has changed something by the API, or was refused"},
    {"connlimit", "the connlimit of a service has refused a client"},
    {"drop", "a thousand frames and more are dropped in a second for one reason"},
    {"limit", "a service, or one of its clients, is over a limit"},
    {"list", "a client is put on a list, taken off it, or met by it"},
    {"mode", "a service is in another mode, or in mode adaptive and turns"},
    {"port", "a port is down, or up again"},
    {"reload", "another configuration is in force, or was refused"},
    {"table", "a table is nearly full, or calm again"},
};

}  // namespace synsplice
