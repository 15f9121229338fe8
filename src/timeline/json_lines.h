// Lines of JSON: our events, access logs, security events of Cloudflare.
#pragma once

#include <optional>
#include <string_view>

#include "timeline/log_record.h"

namespace synsplice {

// nullopt: it is none of these, or has no time.
//
// {"timestamp", "src_type": "synsplice", "event_type", "client_ip", more}: docs/event.schema.json.
// {"remote_addr": ADDRESS or ADDRESS:PORT, "time", "method", "path", "status"}, as log/slog writes
//   what a handler gives it; "timestamp", "@timestamp" or "ts" for the time, seconds since 1970 as
//   well.
// {"ClientIP", "Datetime", "Action", ...} of Logpush, {"clientIP", "datetime", "action", ...} of
//   the GraphQL interface.
std::optional<LogRecord> FromJsonLine(std::string_view line);

}  // namespace synsplice
