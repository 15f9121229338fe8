// Plain SYNs in the layout that nearly all have, told by a few compares in place of the parser:
// most of what a flood brings.
//
// Only the good case has a short way. Whatever else a frame turns out to be, here or when its turn
// comes, the parser and the general path decide; both give the same answer.
#pragma once

#include <optional>

#include "state/context.h"

namespace synsplice {

inline constexpr uint8_t kNoSyn = 0xff;

// Files those frames into the context's batch of SYNs that can be; syn_of[i] becomes the place of
// frames[i] in it, kNoSyn if it is something else, or has tags, IP options, extension headers, a
// payload, a wrong checksum, an impossible sender.
void TakePlainSyns(Context& context, std::span<const FrameBuffer> frames, uint8_t* syn_of);

// Answers the SYNs at the front; how many frames have their verdict then. The one behind them is no
// SYN, or the general path has to judge it.
size_t AnswerPlainSyns(Context& context, std::span<FrameBuffer> frames, const uint8_t* syn_of,
                       Verdict* verdicts);

}  // namespace synsplice
