// Events to a file, a line each.
#pragma once

#include <mutex>
#include <string>

#include "io/events/event_output.h"
#include "io/host/descriptor.h"

namespace synsplice {

class EventFile : public EventOutput {
 public:
  // Appends to `path`. Throws StartError.
  explicit EventFile(std::string path);

  void Write(const JsonValue& event) override;
  void Refresh() override;
  std::string WhyLost() const override;

  // The file that has the name now takes the next lines (logrotate), from the next Refresh on.
  // Answers why it cannot, empty: it does; then the one before goes on. Any thread.
  std::string Reopen();

 private:
  const std::string path_;
  Descriptor file_;
  bool is_broken_ = false;  // its last line has no end
  std::mutex mutex_;        // of the next one
  Descriptor next_file_;
};

}  // namespace synsplice
