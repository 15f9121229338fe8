// Events to the Unix socket of a reader, as streams of lines or datagrams: whichever it takes.
#pragma once

#include <sys/un.h>
#include <chrono>
#include <string>

#include "io/events/event_output.h"
#include "io/host/descriptor.h"
#include "synsplice/base/time.h"

namespace synsplice {

// What the reader does not take at once is lost, and so is all while there is none. It is looked
// for again when there is an event, at first soon, then less and less often.
class EventSocket : public EventOutput {
 public:
  static constexpr Milliseconds kFirstPause{100};
  static constexpr Milliseconds kLongestPause{30'000};

  // `name`: of the key; `format` makes the bytes of an event. Throws StartError when the path is
  // too long; nobody has to listen there yet.
  using Format = std::string (*)(const JsonValue& event);
  EventSocket(std::string name, std::string path, Format format);

  void Write(const JsonValue& event) override;
  std::string WhyLost() const override;

 private:
  enum class Fate { kTaken, kLost, kReaderGone };

  bool Connect();
  bool ConnectAs(int type);
  void Disconnect();
  Fate Send(const std::string& text);

  const std::string name_, path_;
  const sockaddr_un address_;
  const Format format_;
  Descriptor socket_;
  std::string rest_;  // of what a stream has taken the beginning of
  Milliseconds pause_ = kFirstPause;
  std::chrono::steady_clock::time_point try_at_;
};

}  // namespace synsplice
