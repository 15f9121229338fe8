#include "timeline/timeline.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "text/printable.h"
#include "timeline/json_lines.h"
#include "timeline/text_lines.h"

namespace synsplice {
namespace {

// Bytes of a line that are kept, so that a limit of lines is one of memory.
constexpr size_t kLongestText = 400;

}  // namespace

std::optional<LogRecord> ReadLogLine(std::string_view line, LogTime written) {
  if (line.starts_with('{')) return FromJsonLine(line);
  if (auto packet = FromKernelLine(line, written)) return packet;
  return FromAccessLine(line);
}

void Timeline::Add(LogRecord record) {
  if (record.time < query_.since || record.time > query_.until) return;
  if (record.client && !query_.clients.Contains(*record.client)) return;
  record.event_type = Shortened(record.event_type);
  record.text = Printable(std::string_view(record.text).substr(0, kLongestText));
  (record.client ? lines_ : context_).Add(std::move(record));
}

std::vector<LogRecord> Timeline::Sorted() const {
  std::vector<LogRecord> records = lines_.Sorted();
  if (records.empty() || query_.client_only) return records;
  const LogTime first = records.front().time - kAround, last = records.back().time + kAround;
  const auto middle = static_cast<ptrdiff_t>(records.size());
  std::ranges::copy_if(context_.Sorted(), std::back_inserter(records), [=](const LogRecord& event) {
    return event.time >= first && event.time <= last;
  });
  std::inplace_merge(records.begin(), records.begin() + middle, records.end(),
                     [](const LogRecord& a, const LogRecord& b) { return a.time < b.time; });
  return records;
}

}  // namespace synsplice
