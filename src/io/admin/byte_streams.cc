#include "io/admin/byte_streams.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <iterator>
#include <utility>

#include "io/admin/http_reply.h"

namespace synsplice {
namespace {

constexpr size_t kBlock = size_t{64} << 10;

}  // namespace

MHD_Result ByteStreams::Open(MHD_Connection* connection, const ApiResponse& answer) {
  streams_.push_back({*this, connection, answer.source});
  Stream& stream = streams_.back();
  stream.self = std::prev(streams_.end());
  MHD_Response* response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kBlock, Read, &stream, Close);
  if (response == nullptr) streams_.pop_back();
  return SendStream(connection, answer.type, response);
}

void ByteStreams::Look() {
  for (Stream& stream : streams_) {
    if (std::exchange(stream.is_suspended, false)) MHD_resume_connection(stream.connection);
  }
}

// False: there is no more.
bool ByteStreams::TakeNext(Stream& stream) {
  // Asked before, lest something comes in between.
  const bool has_ended = stream.source->HasEnded();
  stream.bytes = stream.source->Next();
  stream.sent = 0;
  return !has_ended || !stream.bytes.empty();
}

// No exception may cross the library's frames.
ssize_t ByteStreams::Read(void* reader, uint64_t /*position*/, char* to, size_t most) try {
  Stream& stream = *static_cast<Stream*>(reader);
  if (stream.sent == stream.bytes.size() && !TakeNext(stream)) {
    return MHD_CONTENT_READER_END_OF_STREAM;
  }
  if (stream.bytes.empty()) {
    stream.is_suspended = true;
    MHD_suspend_connection(stream.connection);
    return 0;
  }
  const size_t length = std::min(most, stream.bytes.size() - stream.sent);
  std::memcpy(to, stream.bytes.data() + stream.sent, length);
  stream.sent += length;
  return static_cast<ssize_t>(length);
} catch (const std::exception&) {
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

void ByteStreams::Close(void* reader) {
  Stream& stream = *static_cast<Stream*>(reader);
  stream.streams.streams_.erase(stream.self);
}

}  // namespace synsplice
