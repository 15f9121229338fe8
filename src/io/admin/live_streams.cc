#include "io/admin/live_streams.h"

#include <sys/socket.h>

#include <exception>
#include <utility>

#include "admin/live/live_text.h"
#include "io/admin/http_reply.h"

namespace synsplice {
namespace {

constexpr size_t kEventBlock = 4096;
// What the kernel keeps for a client that does not read.
constexpr int kSendBuffer = 8192;
// Without a snapshot for so long a client hears that the stream lives.
constexpr Milliseconds kQuiet{5000};
constexpr const char* kComment = ":\n\n";

void BoundSendBuffer(MHD_Connection* connection) {
  ::setsockopt(DescriptorOf(connection), SOL_SOCKET, SO_SNDBUF, &kSendBuffer, sizeof kSendBuffer);
}

}  // namespace

MHD_Result LiveStreams::Open(MHD_Connection* connection, const ApiResponse& answer) {
  if (streams_.size() == kMost) {
    return Send(connection,
                Problem(503, "Service Unavailable", "there are too many streams; try again later"));
  }
  TakeSnapshot();
  if (streams_.empty()) called_ = Clock::now();  // before there was nobody to hear anything
  BoundSendBuffer(connection);
  streams_.push_back({*this, HttpStream(connection), *answer.stream_after});
  Stream& stream = streams_.back();
  stream.self = std::prev(streams_.end());
  MHD_Response* response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kEventBlock, Read, &stream, Close);
  if (response == nullptr) streams_.pop_back();
  return SendStream(connection, answer.type, response);
}

void LiveStreams::Look() {
  if (streams_.empty()) return;
  const bool is_quiet = Clock::now() - called_ >= kQuiet;
  if (!TakeSnapshot() && !is_quiet) return;
  called_ = Clock::now();
  for (Stream& stream : streams_) {
    stream.is_called = true;
    stream.http.Resume();
  }
}

void LiveStreams::ResumeAll() {
  for (Stream& stream : streams_) stream.http.Resume();
}

// Whether there is a new one.
bool LiveStreams::TakeSnapshot() {
  auto latest = api_.latest().snapshot;
  if (latest == snapshot_) return false;
  snapshot_ = std::move(latest);
  status_ = std::make_shared<const std::string>(StatusMessage(*snapshot_));
  ++statuses_;
  return true;
}

// nullptr: there is nothing to say.
std::shared_ptr<const std::string> LiveStreams::NextText(Stream& stream) const {
  const bool is_called = std::exchange(stream.is_called, false);
  if (std::exchange(stream.status, statuses_) != statuses_) return status_;
  std::string events = EventMessages(api_.events(), stream.after);
  if (!events.empty()) return std::make_shared<const std::string>(std::move(events));
  return is_called ? std::make_shared<const std::string>(kComment) : nullptr;
}

// No exception may cross the library's frames.
ssize_t LiveStreams::Read(void* listener, uint64_t /*position*/, char* to, size_t most) try {
  Stream& stream = *static_cast<Stream*>(listener);
  if (!stream.text || stream.http.HasSent(*stream.text)) {
    stream.text = stream.streams.NextText(stream);
    stream.http.BeginText();
  }
  return stream.text ? stream.http.Copy(*stream.text, to, most) : stream.http.Suspend();
} catch (const std::exception&) {
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

void LiveStreams::Close(void* listener) {
  Stream& stream = *static_cast<Stream*>(listener);
  stream.streams.streams_.erase(stream.self);
}

}  // namespace synsplice
