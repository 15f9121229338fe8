// Lines of text: the kernel's about packets, and those of web servers about requests.
#pragma once

#include <optional>
#include <string_view>

#include "timeline/log_record.h"

namespace synsplice {

// What the LOG target of iptables and the log statement of nftables write, behind the time stamp
// of a syslog file or of `journalctl -k`: "Nov 29 10:10:41 host kernel: PREFIX IN=eth1 OUT= MAC=...
// SRC=198.18.0.7 DST=198.18.0.10 LEN=60 ... PROTO=TCP SPT=40000 DPT=80 ... SYN URGP=0". `written`:
// see ParseSyslogTime. nullopt: it is something else.
std::optional<LogRecord> FromKernelLine(std::string_view line, LogTime written);

// The common and the combined log format: 198.18.0.7 - - [29/Nov/2026:10:10:41 +0000]
// "GET / HTTP/1.1" 200 612 ... nullopt: it is something else.
std::optional<LogRecord> FromAccessLine(std::string_view line);

}  // namespace synsplice
