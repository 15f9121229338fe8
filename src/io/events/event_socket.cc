#include "io/events/event_socket.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/host/start_error.h"
#include "io/host/unix_name.h"

namespace synsplice {
namespace {

using std::chrono::steady_clock;

sockaddr_un AddressOf(const std::string& name, const std::string& path) {
  const auto address = UnixName(path);
  if (!address) throw StartError(fmt::format("{} {}: the name is too long", name, path));
  return *address;
}

bool IsForNow(int error) {
  return error == EAGAIN || error == ENOBUFS || error == ENOMEM || error == EMSGSIZE;
}

}  // namespace

EventSocket::EventSocket(std::string name, std::string path, Format format)
    : name_(std::move(name)),
      path_(std::move(path)),
      address_(AddressOf(name_, path_)),
      format_(format) {}

// A reader that was started again since the event before is found by the second attempt.
void EventSocket::Write(const JsonValue& event) {
  const std::string text = format_(event);
  for (int attempt = 0; attempt < 2; ++attempt) {
    if (!Connect()) return Lose();
    const Fate fate = Send(text);
    if (fate == Fate::kTaken) return;
    if (fate == Fate::kLost) return Lose();
    Disconnect();
  }
  Lose();
}

bool EventSocket::Connect() {
  if (socket_.ok()) return true;
  if (steady_clock::now() < try_at_) return false;
  if (ConnectAs(SOCK_STREAM) || (errno == EPROTOTYPE && ConnectAs(SOCK_DGRAM))) {
    pause_ = kFirstPause;
    return true;
  }
  Disconnect();
  try_at_ = steady_clock::now() + pause_;
  pause_ = std::min(2 * pause_, kLongestPause);
  return false;
}

bool EventSocket::ConnectAs(int type) {
  socket_ = Descriptor(::socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  return ::connect(socket_.get(), Generic(address_), sizeof address_) == 0;
}

void EventSocket::Disconnect() {
  socket_ = Descriptor();
  rest_.clear();
}

// Of a stream that has taken the beginning of an event, the rest comes before the next one.
EventSocket::Fate EventSocket::Send(const std::string& text) {
  const std::string bytes = rest_ + text;
  const ssize_t result = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
  if (result < 0) return IsForNow(errno) ? Fate::kLost : Fate::kReaderGone;
  const auto sent = static_cast<size_t>(result);
  const bool begun = sent > rest_.size();
  rest_ = begun ? bytes.substr(sent) : rest_.substr(sent);
  return begun ? Fate::kTaken : Fate::kLost;
}

std::string EventSocket::WhyLost() const {
  return fmt::format("{} {} does not take all events: does anybody read it?", name_, path_);
}

}  // namespace synsplice
