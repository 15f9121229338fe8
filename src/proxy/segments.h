// Segments of flows that are spliced or were: translate, track, close (rules 8, 12, 18-22, 27).
#pragma once

#include "state/context.h"

namespace synsplice {

// From the client, on a flow that is neither waiting nor refused.
Verdict OnClientSegment(Context& context, Subject& subject, Flow& flow);

// From the backend, on a flow that is not waiting.
Verdict OnBackendSegment(Context& context, Subject& subject, Flow& flow);

// A SYN from outside that meets a flow of any phase: a cookie, or a challenge ACK (rule 19).
Verdict OnSynAtFlow(Context& context, Subject& subject, Flow& flow);

// From a backend's endpoint without a flow: a connection that the server opens, or none of ours.
Verdict OnBackendStranger(Context& context, Subject& subject);

}  // namespace synsplice
