// Any option bytes behind a good TCP header: the walker, then every rewriting that uses its
// offsets, in the order of the input's bytes. The segment stays whole and its checksum right.
#include <cstdint>

#include "fuzz/input.h"
#include "fuzz/soundness.h"
#include "splice/header_rewriter.h"
#include "support/tcp_frame.h"
#include "synsplice/base/check.h"

namespace synsplice {
namespace {

using fuzz::Input;
using fuzz::Soundness;

constexpr size_t kTailroom = 12;

// A frame whose options are the input's bytes, padded to whole words with ends of options.
test::Bytes BuildFrame(Input& input) {
  const uint8_t shape = input.Byte();
  test::TcpFrame frame;
  const bool v6 = shape & 1;
  frame.source = *ParseEndpoint(v6 ? "[2001:db8::c]:40000" : "198.18.0.12:40000");
  frame.destination = *ParseEndpoint(v6 ? "[2001:db8::10]:80" : "198.18.0.10:80");
  frame.tags.assign(shape >> 1 & 1, 5);
  frame.seq = 0xfffffffe;
  frame.ack = 1;
  frame.flags = test::kA;
  frame.payload.assign(shape >> 2 & 7, 'x');
  const auto options = input.Take(shape >> 5 == 7 ? 40 : (shape >> 5) * 6);
  frame.raw_options.assign(options.begin(), options.end());
  frame.raw_options.resize((options.size() + 3) / 4 * 4);
  return frame.Build();
}

enum class Rewriting : uint8_t {
  kShiftSack,
  kEraseSack,
  kShiftTime,
  kEraseTime,
  kInsertTime,
  kAll
};

void Apply(HeaderRewriter& rewriter, const TcpOptions& options, Rewriting rewriting) {
  const bool sack = options.sack_offset != 0, time = options.timestamps_offset != 0;
  switch (rewriting) {
    case Rewriting::kShiftSack:
      if (sack) rewriter.ShiftSack(0x80000001);
      return;
    case Rewriting::kEraseSack:
      if (sack) rewriter.EraseOption(options.sack_offset, options.sack_length);
      return;
    case Rewriting::kShiftTime:
      if (time) rewriter.ShiftOptionWord(options.timestamps_offset + 6u, 0xfffffff1);
      return;
    case Rewriting::kEraseTime:
      if (time) rewriter.EraseOption(options.timestamps_offset, 10);
      return;
    case Rewriting::kInsertTime:
      (void)rewriter.InsertTimestamps(0xffffffff, 7);
      return;
    case Rewriting::kAll:
      return;
  }
}

}  // namespace
}  // namespace synsplice

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace synsplice;
  Input input({data, size});
  test::Bytes bytes = BuildFrame(input);
  const auto length = static_cast<uint32_t>(bytes.size());
  bytes.resize(bytes.size() + kTailroom);
  FrameBuffer buffer{bytes.data(), length, static_cast<uint32_t>(bytes.size())};
  Packet packet = ParseFrame(buffer);
  if (packet.kind != Packet::Kind::kTcp) return 0;
  const auto rewriting = static_cast<Rewriting>(input.Choose(size_t{6}));
  HeaderRewriter rewriter(packet);
  rewriter.SetAck(input.Long());
  Apply(rewriter, packet.options, rewriting);
  rewriter.Finish();
  SYNSPLICE_CHECK(buffer.length <= buffer.capacity);
  SYNSPLICE_CHECK(fuzz::SoundnessOf(buffer.bytes()) == Soundness::kGood);
  const Packet again = ParseFrame(buffer);
  SYNSPLICE_CHECK(again.kind == Packet::Kind::kTcp);
  SYNSPLICE_CHECK(again.payload_length() == packet.payload_length());
  return 0;
}
