#include "io/admin/byte_streams.h"

#include <exception>
#include <iterator>

#include "io/admin/http_reply.h"

namespace synsplice {
namespace {

constexpr size_t kCaptureBlock = size_t{64} << 10;

}  // namespace

MHD_Result ByteStreams::Open(MHD_Connection* connection, const ApiResponse& answer) {
  streams_.push_back({*this, HttpStream(connection), answer.source});
  Stream& stream = streams_.back();
  stream.self = std::prev(streams_.end());
  MHD_Response* response =
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, kCaptureBlock, Read, &stream, Close);
  if (response == nullptr) streams_.pop_back();
  return SendStream(connection, answer.type, response);
}

void ByteStreams::Look() {
  for (Stream& stream : streams_) stream.http.Resume();
}

// False: there is no more.
bool ByteStreams::TakeNext(Stream& stream) {
  // Asked before, lest something comes in between.
  const bool has_ended = stream.source->HasEnded();
  stream.bytes = stream.source->Next();
  stream.http.BeginText();
  return !has_ended || !stream.bytes.empty();
}

// No exception may cross the library's frames.
ssize_t ByteStreams::Read(void* reader, uint64_t /*position*/, char* to, size_t most) try {
  Stream& stream = *static_cast<Stream*>(reader);
  if (stream.http.HasSent(stream.bytes) && !TakeNext(stream)) {
    return MHD_CONTENT_READER_END_OF_STREAM;
  }
  return stream.bytes.empty() ? stream.http.Suspend() : stream.http.Copy(stream.bytes, to, most);
} catch (const std::exception&) {
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

void ByteStreams::Close(void* reader) {
  Stream& stream = *static_cast<Stream*>(reader);
  stream.streams.streams_.erase(stream.self);
}

}  // namespace synsplice
