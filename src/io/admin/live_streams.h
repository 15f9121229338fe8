// Clients that listen to the live stream (admin/live).
#pragma once

#include <microhttpd.h>

#include <chrono>
#include <cstdint>
#include <list>
#include <memory>
#include <string>

#include "admin/api/api.h"
#include "io/admin/http_stream.h"

namespace synsplice {

// Used by the thread of the server alone. A stream that has nothing to say is suspended; one whose
// client does not read keeps the text that it is at, and the server's time for idle clients ends
// it.
class LiveStreams {
 public:
  static constexpr size_t kMost = 16;
  // How often somebody has to Look().
  static constexpr Milliseconds kLook{200};

  explicit LiveStreams(const Api& api) : api_(api) {}

  bool empty() const { return streams_.empty(); }

  // Answers the request by a stream, or by a problem when there are too many. REQUIRES: the answer
  // has stream_after.
  MHD_Result Open(MHD_Connection* connection, const ApiResponse& answer);

  // Goes on with those that wait when there is a new snapshot, and now and then when there is not,
  // so that one hears of clients that have gone.
  void Look();

  // Before the server ends: it must not have suspended connections.
  void ResumeAll();

 private:
  using Clock = std::chrono::steady_clock;

  struct Stream {
    LiveStreams& streams;
    HttpStream http;
    uint64_t after;       // number of the latest event that it has told
    uint64_t status = 0;  // number of the latest status that it has told
    std::shared_ptr<const std::string> text = nullptr;
    bool is_called = false;  // has to say something, whatever it is
    std::list<Stream>::iterator self = {};
  };

  static ssize_t Read(void* stream, uint64_t position, char* to, size_t most);
  static void Close(void* stream);

  bool TakeSnapshot();
  std::shared_ptr<const std::string> NextText(Stream& stream) const;

  const Api& api_;
  std::list<Stream> streams_;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const std::string> status_;  // of the snapshot, the same for all
  uint64_t statuses_ = 0;                      // that there were
  Clock::time_point called_ = Clock::now();    // all of them
};

}  // namespace synsplice
