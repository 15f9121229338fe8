// Where events go: the book that the API reads, and the outputs that are configured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "admin/events/event_book.h"
#include "admin/events/event_maker.h"
#include "control/appliance_config.h"
#include "io/events/event_file.h"
#include "io/events/event_writer.h"

namespace synsplice {

class EventLog {
 public:
  // Throws StartError.
  explicit EventLog(const EventsConfig& config);

  // Notes what has changed since the look before. One thread.
  void Look(const Snapshot& snapshot);
  // Any thread.
  void Add(const JsonValue& event);

  bool has_file() const { return file_ != nullptr; }
  // As EventFile's.
  std::string Reopen();

  const EventBook& book() const { return book_; }
  // Events, counted for each output that did not take them.
  uint64_t lost() const;
  // A sentence for each output that has begun to lose events, once. One thread.
  std::vector<std::string> NewlyLossy();

 private:
  EventWriter::Outputs Open(const EventsConfig& config);

  EventMaker maker_;
  EventBook book_;
  EventFile* file_ = nullptr;  // the writer's
  std::optional<EventWriter> writer_;
  std::vector<bool> said_;  // by output
};

}  // namespace synsplice
