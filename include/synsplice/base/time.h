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

// Whole seconds since 1970: worked out once for a burst, a division for every frame would show.
using UtcSecond = int64_t;
constexpr UtcSecond ToSecond(Time time) { return ToMilliseconds(time) / 1000; }

constexpr Time FromMilliseconds(int64_t milliseconds) { return Time(Milliseconds(milliseconds)); }

}  // namespace synsplice
