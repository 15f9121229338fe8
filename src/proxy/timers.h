// Everything that happens because time passes, in bounded portions.
#pragma once

#include "state/context.h"

namespace synsplice {

// SYNs sent again, backends given up, neighbours asked again, idle flows removed, the next epoch
// prepared. Answers whether more is due at `context.now`.
bool RunTimers(Context& context);

}  // namespace synsplice
