// One client's time line over all logs.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "timeline/latest_records.h"

namespace synsplice {

struct TimelineQuery {
  Prefix clients;
  LogTime since = LogTime::min(), until = LogTime::max();  // both included
  size_t limit = 10000;      // lines of the clients, and as many events besides
  bool client_only = false;  // without the events of ours that are about no single client
};

// What a line says, if anything; `written` as for ParseSyslogTime.
std::optional<LogRecord> ReadLogLine(std::string_view line, LogTime written);

class Timeline {
 public:
  // Events that are about no single client tell what went on around what a client did: so long
  // before its first and after its last line.
  static constexpr std::chrono::minutes kAround{1};

  explicit Timeline(const TimelineQuery& query)
      : query_(query), lines_(query.limit), context_(query.limit) {}

  // Takes the record if it is asked for.
  void Add(LogRecord record);

  std::vector<LogRecord> Sorted() const;

  uint64_t left_out() const { return lines_.left_out(); }

 private:
  TimelineQuery query_;
  LatestRecords lines_, context_;
};

}  // namespace synsplice
