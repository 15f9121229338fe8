// Frames in the layout that nearly all have, told by a few compares in place of the parser: SYNs,
// segments of spliced connections, ACKs, RSTs and SYN-ACKs of nobody, UDP. Most of what comes, with
// or without a flood.
//
// Only the good case has a short way. Whatever else a frame turns out to be, here or when its turn
// comes, the parser and the general path decide; both give the same answer.
#pragma once

#include "state/context.h"

namespace synsplice {

// What a frame of a burst is.
struct PlainFrame {
  // A stranger is an ACK that belonged to no flow when its burst was taken in, a stray a RST or
  // SYN-ACK that may belong to none.
  enum class Kind : uint8_t { kGeneral, kSyn, kSegment, kStranger, kStray, kDatagram };
  Kind kind = Kind::kGeneral;
  uint8_t syn = 0;  // its place in the context's batch of SYNs
};

// The frames of one call of Proxy::Process.
struct Burst {
  Side side;
  std::span<FrameBuffer> frames;
  std::span<Verdict> verdicts;
  std::array<PlainFrame, kMaxBurst> plain;
  uint32_t kinds;  // a bit for each kind that was taken in

  bool Has(PlainFrame::Kind kind) const { return kinds >> static_cast<int>(kind) & 1; }
  bool HasOnly(PlainFrame::Kind kind) const { return kinds == 1u << static_cast<int>(kind); }
  bool IsGeneral(size_t i) const { return plain[i].kind == PlainFrame::Kind::kGeneral; }
  bool IsStranger(size_t i) const { return plain[i].kind == PlainFrame::Kind::kStranger; }
};

// Files the frames that can be into the context's batches; tells the others apart by kGeneral:
// tags, IP options, extension headers, other options, damage, TCP of no service. What the flow
// table says of those that were filed is on its way behind this.
void TakePlain(Context& context, Burst& burst);

// What the stranger opens that stands so many places behind the one that is judged is on its way,
// if its claim is right. Those of a whole burst at once are more lines than the CPU keeps in mind.
inline constexpr size_t kOpeningsAhead = 16;
void FetchOpening(const Context& context, const Burst& burst, size_t i);

// Judges the plain frames from `first` on; answers the first one that has no verdict yet: it is
// general, or has turned out to be. The others are counted.
size_t JudgePlain(Context& context, Burst& burst, size_t first);

}  // namespace synsplice
