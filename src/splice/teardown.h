// Ends of flows: every place that a flow leaves, and the only place that gives back what it holds.
#pragma once

#include "state/context.h"

namespace synsplice {

// Moves the flow along the phase table; in a phase in which it no longer counts it gives back its
// connlimit place (rule 29) and its share of the table (rule 34).
void MovePhase(Context& context, Flow& flow, PhaseEvent event);

// Gives up the waiting flow's held frames; its slot stays.
void DiscardHeld(Context& context, Flow& flow);

// Frees the waiting flow's slot; its held frames are released or discarded.
void EndWait(Context& context, Flow& flow, Outbox::SlotEvent::Kind held);

// The connection could not be opened: discards what is held, phase kRefused.
void RefuseFlow(Context& context, Flow& flow);

// Removes the flow with everything it holds.
void RemoveFlow(Context& context, Flow& flow);

// Idle time after which this flow is removed; waiting flows end by their slot's timers.
Seconds TimeoutOf(const Context& context, const Flow& flow);
bool IsExpired(const Context& context, const Flow& flow);

}  // namespace synsplice
