// Where events go: the book that the API reads, and the file, if there is one.
#pragma once

#include <optional>
#include <string>

#include "admin/event_book.h"
#include "admin/event_maker.h"
#include "io/admin/event_file.h"

namespace synsplice {

class EventLog {
 public:
  // `path`: of the file; empty: none. Throws StartError.
  explicit EventLog(const std::string& path);

  // Notes what has changed since the look before. One thread.
  void Look(const Snapshot& snapshot);
  // Any thread.
  void Add(const JsonValue& event);

  bool has_file() const { return file_.has_value(); }
  // As EventFile's.
  std::string Reopen() { return file_ ? file_->Reopen() : std::string(); }

  const EventBook& book() const { return book_; }
  uint64_t lost() const { return file_ ? file_->lost() : 0; }

 private:
  EventMaker maker_;
  EventBook book_;
  std::optional<EventFile> file_;
};

}  // namespace synsplice
