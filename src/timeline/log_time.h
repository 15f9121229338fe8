// Times as the logs of different programs write them.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace synsplice {

using LogTime = std::chrono::sys_time<std::chrono::microseconds>;

// All of them take the time at the beginning of `text` and ignore what follows; nullopt: there is
// none. A time without a zone is local time (TZ).

// "2026-11-29T10:10:41.123Z", "2026-11-29T10:10:41+01:00", "2026-11-29 10:10:41".
std::optional<LogTime> ParseIsoTime(std::string_view text);

// "29/Nov/2026:10:10:41 +0000", of the common log format.
std::optional<LogTime> ParseAccessTime(std::string_view text);

// "Nov 29 10:10:41" (RFC 3164) has no year: the latest one in which it is not more than a day
// after `written`, when the file was written last. What ParseIsoTime knows is taken as well.
std::optional<LogTime> ParseSyslogTime(std::string_view text, LogTime written);

// Seconds, milliseconds, microseconds or nanoseconds since 1970, by their size.
std::optional<LogTime> FromEpoch(double number);

// What an operator says: as ParseIsoTime but to the end of `text`, a date alone, or "15m", "2h",
// "3d" before `now`.
std::optional<LogTime> ParseSaidTime(const std::string& text, LogTime now);

// "2026-11-29T10:10:41.123456Z".
std::string ToText(LogTime time);

}  // namespace synsplice
