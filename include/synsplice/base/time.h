// Time as the core sees it: a parameter, never a clock that is read.
#pragma once

#include <chrono>
#include <cstdint>

namespace synsplice {

using Milliseconds = std::chrono::milliseconds;
using Seconds = std::chrono::seconds;

// UTC, milliseconds since 1970. The shells guarantee that it never steps back.
using Time = std::chrono::sys_time<Milliseconds>;

constexpr int64_t ToMilliseconds(Time time) { return time.time_since_epoch().count(); }

constexpr Time FromMilliseconds(int64_t milliseconds) { return Time(Milliseconds(milliseconds)); }

}  // namespace synsplice
