// Where the cookies' epochs turn, with what changes then: their keys, and what P promised, which is
// part of the MAC input (rules 3 and 16).
#pragma once

#include "context.h"

namespace synsplice {

// What the next epoch needs is prepared shortly before its turn, listener by listener: all of them
// at once could take the worker away for milliseconds. What is learned later waits for the turn
// behind it, so the time is short; shells call again at once while more is due.
inline constexpr Milliseconds kPreparationTime{200};
// In one call: listeners, and backends of the lists that listeners share.
inline constexpr size_t kPreparationSteps = 256;

// Call again and again. Answers whether more is due at `context.now`.
bool PrepareEpoch(Context& context);

// REQUIRES: context.jar.TurnIsDue(context.now).
void TurnEpoch(Context& context);

}  // namespace synsplice
