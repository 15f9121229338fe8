// What SYNs on their short way pay where they are limited, a run of them at once (rule 40).
#pragma once

#include "state/context.h"

namespace synsplice {

// nullopt: nothing is.
std::optional<SynLimits> SynLimitsOf(const Context& context, const Listener& listener);

// Takes the tokens of those SYNs of a limited kind that follow each other, of `count` in the batch
// from `first` on, which is one: so many of them may be answered. If the next one is of that kind,
// it is the general path's, which says why.
size_t TakeSynTokens(Context& context, const SynKind& kind, size_t first, size_t count);

// Those that were taken for `count` others go back.
void GiveSynTokensBack(Context& context, const SynKind& kind, size_t first, size_t count);

}  // namespace synsplice
