// One client of a stream: what he is being sent, and his pauses.
#pragma once

#include <microhttpd.h>

#include <algorithm>
#include <cstring>
#include <string_view>
#include <utility>

namespace synsplice {

class HttpStream {
 public:
  explicit HttpStream(MHD_Connection* connection) : connection_(connection) {}

  // For a callback that has nothing to say: nobody asks it until Resume.
  ssize_t Suspend() {
    is_suspended_ = true;
    MHD_suspend_connection(connection_);
    return 0;
  }
  void Resume() {
    if (std::exchange(is_suspended_, false)) MHD_resume_connection(connection_);
  }

  // Whether `text` has been sent to its end.
  bool HasSent(std::string_view text) const { return sent_ == text.size(); }
  // Another text begins.
  void BeginText() { sent_ = 0; }
  // Copies what comes next of `text`, at most so many bytes; answers how many.
  ssize_t Copy(std::string_view text, char* to, size_t most) {
    const size_t length = std::min(most, text.size() - sent_);
    std::memcpy(to, text.data() + sent_, length);
    sent_ += length;
    return static_cast<ssize_t>(length);
  }

 private:
  MHD_Connection* connection_;
  size_t sent_ = 0;
  bool is_suspended_ = false;
};

}  // namespace synsplice
