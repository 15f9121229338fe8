// Clients that are sent bytes as they come, such as captures.
#pragma once

#include <microhttpd.h>

#include <list>
#include <memory>
#include <string>

#include "admin/api_request.h"
#include "io/admin/http_stream.h"
#include "synsplice/base/time.h"

namespace synsplice {

// Used by the thread of the server alone. A stream that has nothing to say is suspended; one whose
// client does not read keeps what was taken from its source for him, and the server's time for idle
// clients ends it.
class ByteStreams {
 public:
  // How often somebody has to Look() while there are any.
  static constexpr Milliseconds kLook{20};

  bool empty() const { return streams_.empty(); }

  // Answers the request. REQUIRES: the answer has a source.
  MHD_Result Open(MHD_Connection* connection, const ApiResponse& answer);

  // Goes on with those that wait.
  void Look();

 private:
  struct Stream {
    ByteStreams& streams;
    HttpStream http;
    std::shared_ptr<ByteSource> source;
    std::string bytes = {};
    std::list<Stream>::iterator self = {};
  };

  static ssize_t Read(void* stream, uint64_t position, char* to, size_t most);
  static void Close(void* stream);
  static bool TakeNext(Stream& stream);

  std::list<Stream> streams_;
};

}  // namespace synsplice
