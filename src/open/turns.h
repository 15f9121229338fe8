// When a connection's backend is called: whoever has to wait for it does so in a line, with his
// early data held (rules 41, 42).
//
// Clients of a service with a queue of its accept limit each know when they may go on. Then they
// stand before their backend while it has as many handshakes under way as it takes, in a line with
// those whose networks have about as many handshakes: who fills it with his own waits for himself.
// The fewer these are the more of the turns the line has, and no line is without. Each worker has
// its own lines, and its part of what a backend takes.
#pragma once

#include <array>

#include "state/context.h"
#include "state/turn_lines.h"

namespace synsplice {

// Where connections of this holder may have to wait: before their service's limit, and before the
// backend.
std::array<LineId, 1 + kLinesOfBackend> LinesOf(const FairShare::Holder& holder);

// A new connection may go on at `at`. REQUIRES: it has a slot and a backend.
void AwaitTurn(Context& context, Flow& flow, Time at);

// Whose turn it is calls, whose time is over is refused. Bounded work per call; answers whether
// more is due now.
bool RunTurns(Context& context);

}  // namespace synsplice
