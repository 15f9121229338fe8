#include "programs/diagnosis/timeline_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>

#include "programs/ctl/json_table.h"
#include "timeline/client_text.h"
#include "timeline/log_file.h"

namespace synsplice {
namespace {

using JsonValue = nlohmann::ordered_json;

constexpr size_t kMostLines = 100000;

struct Reading {
  Timeline timeline;
  uint64_t lines = 0, foreign = 0;
  bool failed = false;
};

// Answers what is wrong with a word of the command line; empty: nothing.
std::string SetClients(const std::string& text, Prefix& clients) {
  const auto prefix = ParseClients(text);
  if (!prefix) return "'" + text + "' is no address and no prefix";
  clients = *prefix;
  return "";
}

std::string SetTime(const std::string& text, LogTime& time) {
  const auto now = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  const auto said = ParseSaidTime(text, now);
  if (!said) return "'" + text + "' is no time such as 2026-11-29T10:00:00Z, 2026-11-29 or 15m";
  time = *said;
  return "";
}

template <typename Value>
CLI::Option* AddParsed(CLI::App& command, const std::string& name, Value& value,
                       std::string (*set)(const std::string&, Value&)) {
  return command.add_option_function<std::string>(
      name, [name, &value, set](const std::string& said) {
        if (const std::string why = set(said, value); !why.empty()) {
          throw CLI::ValidationError(name, why);
        }
      });
}

void ReadFile(const std::string& path, Reading& reading) {
  LogFile file(path);
  uint64_t number = 0;
  for (std::string line; file.Next(line);) {
    ++number;
    if (line.find_first_not_of(" \t\r") == line.npos) continue;
    ++reading.lines;
    auto record = ReadLogLine(line, file.written());
    if (!record) {
      ++reading.foreign;
      continue;
    }
    record->where = fmt::format("{}:{}", file.name(), number);
    reading.timeline.Add(std::move(*record));
  }
}

void ReadFiles(const std::vector<std::string>& paths, Reading& reading) {
  for (const std::string& path : paths) {
    try {
      ReadFile(path, reading);
    } catch (const LogFileError& error) {
      std::cerr << "synsplicectl: " << error.what() << "\n";
      reading.failed = true;
    }
  }
}

JsonValue RowOf(const LogRecord& record) {
  JsonValue row = {{"timestamp", ToText(record.time)},
                   {"src_type", record.src_type},
                   {"event_type", record.event_type}};
  if (record.client) row["client_ip"] = ToString(*record.client);
  row["text"] = record.text;
  row["where"] = record.where;
  return row;
}

void Print(const std::vector<LogRecord>& records, bool json) {
  JsonValue rows = JsonValue::array();
  for (const LogRecord& record : records) {
    if (json) {
      std::cout << RowOf(record).dump() << "\n";
    } else {
      rows.push_back(RowOf(record));
    }
  }
  if (rows.empty()) return;
  std::cout << JsonTable(rows,
                         {{"timestamp"}, {"src_type"}, {"event_type"}, {"client_ip"}, {"text"}});
}

// One line about what is not in the time line.
void SayRest(const Reading& reading, const TimelineOptions& options) {
  std::cout.flush();
  std::cerr << fmt::format("synsplicectl: {} lines read", reading.lines);
  if (reading.foreign != 0) std::cerr << fmt::format(", {} of no known kind", reading.foreign);
  if (const uint64_t left = reading.timeline.left_out(); left != 0) {
    std::cerr << fmt::format(", {} earlier ones left out (--limit {})", left, options.query.limit);
  }
  std::cerr << "\n";
}

}  // namespace

void AddTimelineOptions(CLI::App& command, TimelineOptions& options) {
  TimelineQuery& query = options.query;
  AddParsed(command, "--ip", query.clients, SetClients)
      ->required()
      ->description("the client: an address or a prefix");
  command.add_option("files", options.files, "logs, compressed or not; -: standard input")
      ->required();
  AddParsed(command, "--since", query.since, SetTime)
      ->description("nothing earlier: a time, or 15m, 2h, 3d ago");
  AddParsed(command, "--until", query.until, SetTime)->description("nothing later; as --since");
  command.add_flag("--client-only", query.client_only,
                   "without events that are about no single client");
  command.add_option("--limit", query.limit, "so many lines at most, the latest")
      ->check(CLI::Range(size_t{1}, kMostLines))
      ->option_text(fmt::format("UINT [{}]", query.limit));
  command.add_option("-o,--output", options.output, "for people or for programs")
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
}

int RunTimeline(const TimelineOptions& options) {
  Reading reading{Timeline(options.query)};
  ReadFiles(options.files, reading);
  Print(reading.timeline.Sorted(), options.output == "json");
  SayRest(reading, options);
  return std::cout.flush() && !reading.failed ? 0 : 1;
}

}  // namespace synsplice
