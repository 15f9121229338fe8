#include "neighbours.h"

#include "answer.h"
#include "synsplice/wire/neighbour_message.h"

namespace synsplice {
namespace {

// A sender on the inside that tells its MAC, in a request, an answer or unasked: believed for
// backend addresses only.
void Learn(Context& context, const Subject& subject, const NeighbourMessage& message) {
  const uint16_t neighbour = context.policy->NeighbourId(message.mac_address);
  if (neighbour == 0 || !message.mac || message.mac->IsGroup()) return;
  const bool changed =
      context.shared.neighbours.Learn(subject.packet.vids, neighbour, *message.mac, context.now);
  if (changed) context.counters.Count(Event::kNeighboursLearned);
  context.heard.Note(subject.packet.vids.Packed(), neighbour, context.now);
}

// An answer to a request of ours ends here: it is addressed to our MAC, or, as answers to a
// solicitation from :: are, to all nodes shortly after we asked.
bool IsForUs(const Context& context, const Subject& subject, const NeighbourMessage& message) {
  if (message.kind != NeighbourMessage::Kind::kAnswer) return false;
  const Mac destination = L2Header::From(subject.packet.data(), kEthernetLength).destination();
  if (destination == context.shared.inside_mac) return true;
  const uint16_t neighbour = context.policy->NeighbourId(message.target);
  return destination.IsGroup() && neighbour != 0 &&
         context.shared.neighbours.WasRequested(subject.packet.vids, neighbour, context.now);
}

// A service address that no host owns: nobody else would answer.
bool IsOursToAnswer(const Context& context, const Subject& subject,
                    const NeighbourMessage& message) {
  const Vids vids = subject.packet.vids;
  return message.kind == NeighbourMessage::Kind::kRequest &&
         context.policy->IsServiceAddress(message.target, vids) &&
         !context.policy->IsBackendAddress(message.target, vids) && message.asker != message.target;
}

// The source of checks: whoever is checked asks for it, to answer.
bool IsOfChecks(const Context& context, const Subject& subject, const NeighbourMessage& message) {
  return message.kind == NeighbourMessage::Kind::kRequest && message.asker != message.target &&
         context.policy->IsCheckSource(message.target, subject.packet.vids);
}

Verdict Answer(Context& context, const Subject& subject, const Mac& mac,
               const NeighbourMessage& request) {
  const Packet& packet = subject.packet;
  FrameBuffer& frame = *packet.frame;
  if (frame.capacity < kMaxComposedLength) return Verdict::Drop(Reason::kNoTailroom);
  const L2Header l2 = L2Header::From(packet.data(), packet.l3);
  frame.length = ComposeNeighbourAnswer(frame.data, l2, mac, request);
  context.counters.Count(Event::kNeighbourAnswers);
  return Verdict::Bounce();
}

}  // namespace

bool IsSilent(const Context& context, const Flow& flow) {
  return context.heard.IsSilent(flow.packed_vids(), context.BackendOf(flow).neighbour, context.now);
}

void AskForNeighbour(Context& context, const Flow& flow, const L2Header& l2) {
  AskForNeighbour(context, Vids::Unpack(flow.packed_vids()), context.BackendOf(flow), l2,
                  IsSilent(context, flow));
}

bool AskForNeighbour(Context& context, Vids vids, const Backend& backend, const L2Header& l2,
                     bool doubted) {
  if (!context.shared.neighbours.ShouldRequest(vids, backend.neighbour, context.now, doubted)) {
    return false;
  }
  Outbox::Frame& frame = context.outbox->Add(Side::kInside);
  frame.length = static_cast<uint16_t>(ComposeNeighbourRequest(
      frame.bytes.data(), l2, context.shared.inside_mac, backend.endpoint.address));
  context.counters.Count(Event::kNeighbourRequests);
  return true;
}

void NoteBackendHeard(Context& context, const Subject& subject) {
  const Backend& backend = context.policy->backend(subject.role.backend);
  context.heard.Note(subject.packet.vids.Packed(), backend.neighbour, context.now);
}

std::optional<Verdict> OnNeighbourMessage(Context& context, Subject& subject) {
  const auto message = ParseNeighbourMessage(subject.packet);
  if (!message) return std::nullopt;
  if (subject.side == Side::kInside) {
    Learn(context, subject, *message);
    if (IsForUs(context, subject, *message)) return Verdict::Consumed();
    if (!IsOfChecks(context, subject, *message)) return std::nullopt;
    return Answer(context, subject, context.shared.inside_mac, *message);
  }
  if (IsOursToAnswer(context, subject, *message)) {
    return Answer(context, subject, context.shared.outside_mac, *message);
  }
  return std::nullopt;
}

}  // namespace synsplice
