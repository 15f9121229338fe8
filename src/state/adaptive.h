// The modes of a worker's services, and the loads that mode adaptive goes by (rules 37-39).
#pragma once

#include "context.h"

namespace synsplice {

// Takes the modes of the policy, which follows `before`, if there was one.
void SetModes(Context& context, const Policy* before);

// Tells the other workers what this one has seen, and hears what one of them makes of it all.
void FollowLoads(Context& context);

}  // namespace synsplice
