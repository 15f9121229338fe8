#include "epoch_turn.h"

namespace synsplice {
namespace {

bool Prepare(Context& context, Time begin, size_t steps) {
  const bool is_whole = context.promises.Prepare(begin, steps);
  CookieJar& jar = context.jar;
  while (jar.prepared() < context.promises.prepared()) {
    jar.PrepareNext(context.promises.Next(static_cast<ListenerId>(jar.prepared())));
  }
  return is_whole;
}

}  // namespace

bool PrepareEpoch(Context& context) {
  const Time soon = context.now + kPreparationTime;
  if (!context.jar.TurnIsDue(soon)) return false;
  return !Prepare(context, context.jar.BeginOfEpoch(soon), kPreparationSteps);
}

// A shell that does not tick, or a list of thousands of backends, leaves something to do here.
void TurnEpoch(Context& context) {
  const Time begin = context.jar.BeginOfEpoch(context.now);
  Prepare(context, begin, SIZE_MAX);
  const size_t changed = context.promises.Turn(context.jar.EpochBitAt(begin), begin);
  context.counters.Count(Event::kPromisesChanged, changed);
  if (changed != 0) context.shapes.Forget();
  context.jar.Advance(context.now);
}

}  // namespace synsplice
