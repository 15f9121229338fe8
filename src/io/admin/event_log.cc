#include "io/admin/event_log.h"

namespace synsplice {

EventLog::EventLog(const std::string& path) {
  if (!path.empty()) file_.emplace(path);
}

void EventLog::Look(const Snapshot& snapshot) {
  for (const JsonValue& event : maker_.Look(snapshot)) Add(event);
}

void EventLog::Add(const JsonValue& event) {
  book_.Add(event);
  if (file_) file_->Add(event.dump(-1, ' ', false, JsonValue::error_handler_t::replace));
}

}  // namespace synsplice
