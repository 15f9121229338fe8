// A client of the API at a Unix socket, byte by byte.
#pragma once

#include <sys/time.h>

#include <cerrno>
#include <string>
#include <string_view>

#include "io/admin/unix_socket.h"

namespace synsplice {

// Far below the time that the server gives an idle client, far above what an answer takes.
inline constexpr int kPatienceSeconds = 4;

// What one client sends and is sent.
class Client {
 public:
  explicit Client(const std::string& path) : socket_(ConnectUnix(path)) {
    EXPECT_TRUE(socket_.ok());
    const timeval patience{kPatienceSeconds, 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  }

  // False: the server has closed or does not read.
  bool Send(std::string_view text) {
    while (!text.empty()) {
      const ssize_t sent = ::send(socket_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<size_t>(sent));
    }
    return true;
  }
  // Until the server closes or `end` is there; "timeout" at the end when neither comes.
  std::string Receive(std::string_view end = {}) {
    std::string received;
    char piece[4096];
    while (end.empty() || received.find(end) == std::string::npos) {
      const ssize_t length = ::recv(socket_.get(), piece, sizeof piece, 0);
      if (length < 0 && errno == EAGAIN) return received + "timeout";
      if (length <= 0) return received;
      received.append(piece, static_cast<size_t>(length));
    }
    return received;
  }

 private:
  Descriptor socket_;
};

}  // namespace synsplice
