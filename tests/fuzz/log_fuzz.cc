// Any bytes as a line of a log: it is of no known kind, or a record that can be shown.
#include <algorithm>
#include <cstdint>

#include "synsplice/base/check.h"
#include "timeline/client_text.h"
#include "timeline/timeline.h"

namespace synsplice {
namespace {

constexpr size_t kMostBytes = 1 << 12;
constexpr LogTime kWritten{std::chrono::days(20000)};

bool CanBeShown(const std::string& text) {
  return std::ranges::none_of(text,
                              [](char byte) { return byte >= 0 && byte < ' ' && byte != '\t'; });
}

void CheckRecord(const LogRecord& record) {
  const auto shown = ParseIsoTime(ToText(record.time));
  SYNSPLICE_CHECK(shown == record.time);
  SYNSPLICE_CHECK(CanBeShown(record.text) && CanBeShown(record.event_type));
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  if (size > kMostBytes) return 0;
  auto record = ReadLogLine({reinterpret_cast<const char*>(data), size}, kWritten);
  if (!record) return 0;
  SYNSPLICE_CHECK(record->client || record->src_type == "synsplice");
  TimelineQuery query;
  query.clients = *ParseClients(record->client && record->client->IsV4() ? "0.0.0.0/0" : "::/0");
  Timeline timeline(query);
  timeline.Add(std::move(*record));
  for (const LogRecord& kept : timeline.Sorted()) CheckRecord(kept);
  return 0;
}
