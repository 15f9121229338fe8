// Layer 2 of NAT services: learn the backends' MACs, answer for service addresses.
#pragma once

#include <optional>

#include "state/context.h"
#include "synsplice/wire/ethernet.h"

namespace synsplice {

// ARP and neighbour discovery. nullopt: not for us, bridge it.
std::optional<Verdict> OnNeighbourMessage(Context& context, Subject& subject);

// Whether the flow's backend has said nothing of late: it may have moved to another MAC without a
// word, which nobody else would notice (RFC 4861 7.3).
bool IsSilent(const Context& context, const Flow& flow);

// Sends a request for the backend if one is due; answers whether it was. `l2`: of a frame that goes
// there, MACs aside.
bool AskForNeighbour(Context& context, Vids vids, const Backend& backend, const L2Header& l2,
                     bool doubted);
// The same for the flow's backend. `l2`: of a frame of the client.
void AskForNeighbour(Context& context, const Flow& flow, const L2Header& l2);

// A frame of the backend has come.
void NoteBackendHeard(Context& context, const Subject& subject);

}  // namespace synsplice
