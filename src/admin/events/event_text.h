// Events as bytes: for files and streams, and for journald.
#pragma once

#include <string>

#include "admin/json_value.h"

namespace synsplice {

// On one line, without its end; what is no UTF-8 is replaced.
std::string JsonLine(const JsonValue& value);

// JsonLine with its end.
std::string EventLine(const JsonValue& event);

// A datagram for /run/systemd/journal/socket (https://systemd.io/JOURNAL_NATIVE_PROTOCOL): MESSAGE,
// PRIORITY, SYSLOG_IDENTIFIER, SYNSPLICE_EVENT_TYPE and what else is plain text in the event by its
// name in capitals, and all of it as JSON in SYNSPLICE_EVENT.
std::string JournalEntry(const JsonValue& event);

}  // namespace synsplice
