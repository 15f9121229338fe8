// Checks of backends: our SYN from the configured source, what the backend makes of it, and a RST
// for its SYN-ACK (rule 14).
#pragma once

#include <optional>

#include "state/context.h"

namespace synsplice {

// Asks and concludes, in bounded portions; takes over what was concluded. For every worker.
void RunChecks(Context& context);

// A segment of a backend that is checked: the answer to the check under way? nullopt: it is not.
std::optional<Verdict> OnCheckAnswer(Context& context, Subject& subject);

}  // namespace synsplice
