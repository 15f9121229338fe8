// The server's side of a handshake: our SYN, and what the backend makes of it (rules 10-14).
#pragma once

#include "state/context.h"

namespace synsplice {

// Sends the SYN of a waiting flow, or asks for the backend's MAC first. `now` starts the wait.
void CallBackend(Context& context, Flow& flow);

// The wait of a waiting flow is over: calls again, or gives up and tells the client.
void OnWaitOver(Context& context, SlotIndex slot);

// The connection of a waiting flow is not opened after all: a client that waits is told; what the
// backend may still answer meets a RST.
void EndHandshake(Context& context, Flow& flow);

// A segment from the backend while the flow waits.
Verdict OnBackendWhileWaiting(Context& context, Subject& subject, Flow& flow);

// An ICMP error from inside quotes `flow`'s SYN: the client is told as by a RST (rule 14).
Verdict OnBackendUnreachable(Context& context, Subject& subject, Flow& flow);

// Whether this SYN-ACK is the flow's own one again, and the answer to it (rule 12).
bool IsRepeatedSynAck(const Flow& flow, const Packet& packet);
Verdict AnswerSynAckAgain(Context& context, Subject& subject, const Flow& flow);

}  // namespace synsplice
