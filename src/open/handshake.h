// The client's side of a handshake: from the validated ACK to the splice (rules 6-9, 15, 29, 30).
#pragma once

#include "answer/cookie_answer.h"
#include "backend_choice.h"
#include "state/context.h"

namespace synsplice {

// What a connection that opens soon will touch: its entry, its backend's place, what its network
// holds.
void PrefetchOpening(const Context& context, const Caller& caller);

// A service's frame from outside without a flow.
Verdict OnStranger(Context& context, Subject& subject);

// A segment of the client while its flow waits for the backend.
Verdict OnClientWhileWaiting(Context& context, Subject& subject, Flow& flow);

// A segment of the client on a flow that was refused.
Verdict OnClientRefused(Context& context, Subject& subject, Flow& flow);

// The connection that a valid cookie stands for takes the place of `flow`, which is removed (rules
// 8, 20); the frame is held or consumed.
Verdict ReplaceFlow(Context& context, Subject& subject, Flow& flow, const ReturnedCookie& cookie);

// Refused as an ACK whose cookie was judged, or as the connection that it opens: whoever has judged
// it knows the mode.
bool IsAboutOpening(Reason reason);

}  // namespace synsplice
