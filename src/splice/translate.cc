#include "translate.h"

#include <algorithm>

#include "answer/neighbours.h"
#include "header_rewriter.h"

namespace synsplice {
namespace {

uint8_t ShiftOf(uint8_t scale) { return scale == kNoScale ? 0 : scale; }

uint16_t Saturate(uint32_t window, bool was_zero) {
  return static_cast<uint16_t>(was_zero ? 0 : std::clamp(window, 1u, 65535u));
}

void TranslateSack(HeaderRewriter& rewriter, const Flow& flow, const Packet& packet) {
  if (packet.options.sack_offset == 0) return;
  if (flow.strip_sack) {
    rewriter.EraseOption(packet.options.sack_offset, packet.options.sack_length);
  } else {
    rewriter.ShiftSack(0u - flow.delta_or_slot);
  }
}

void TimestampsToServer(HeaderRewriter& rewriter, const Flow& flow, const Packet& packet) {
  const uint8_t offset = packet.options.timestamps_offset;
  if (offset == 0) return;
  if (flow.timestamps() == TimestampMode::kSynthesise) {
    rewriter.EraseOption(offset, 10);
  } else if (flow.timestamps() == TimestampMode::kShift && packet.Has(kAck)) {
    rewriter.ShiftOptionWord(offset + 6, flow.timestamp_delta);
  }
}

bool TimestampsToClient(HeaderRewriter& rewriter, Context& context, const Flow& flow,
                        const Packet& packet) {
  const uint8_t offset = packet.options.timestamps_offset;
  if (flow.timestamps() == TimestampMode::kSynthesise) {
    const auto now = static_cast<uint32_t>(ToMilliseconds(context.now));
    return packet.Has(kRst) || rewriter.InsertTimestamps(now, flow.timestamp_delta);
  }
  if (flow.timestamps() == TimestampMode::kShift && offset != 0) {
    rewriter.ShiftOptionWord(offset + 2, 0u - flow.timestamp_delta);
  }
  return true;
}

}  // namespace

bool ClearsEcn(const Flow& flow) { return flow.client_ecn != flow.server_ecn; }

bool NeedsOnlyFields(const Flow& flow) {
  return !ClearsEcn(flow) && !flow.small_server_mss &&
         flow.timestamps() != TimestampMode::kSynthesise;
}

uint16_t WindowToServer(const Flow& flow, uint16_t window) {
  if (!flow.server_no_scale) return window;
  return Saturate(uint32_t{window} << ShiftOf(flow.client_scale), window == 0);
}

uint16_t WindowToClient(const Flow& flow, uint16_t window) {
  const uint8_t server = ShiftOf(flow.server_scale), promised = ShiftOf(flow.promised_scale);
  if (server == promised) return window;
  return Saturate(uint32_t{window} << server >> promised, window == 0);
}

void RepairWindow(const Flow& flow, Side from, uint16_t window, FieldRewriter& rewriter) {
  const uint16_t repaired =
      from == Side::kOutside ? WindowToServer(flow, window) : WindowToClient(flow, window);
  if (repaired != window) rewriter.SetWindow(repaired);
}

uint32_t TrueClientWindow(const Flow& flow, uint16_t window) {
  return uint32_t{window} << ShiftOf(flow.client_scale);
}

uint32_t TrueServerWindow(const Flow& flow, uint16_t window) {
  return uint32_t{window} << ShiftOf(flow.server_scale);
}

// The client hears the MAC that it talks to: its SYN-ACK came from there, and a host that sees one
// address behind two MACs may suspect a spoofer. A client that addresses the backend's MAC or a
// router's gets that one without our help. Towards the backend the sender's own MAC stays: the
// backend asks for the client through us and must find it where its frames come from.
void AddressToClient(const Context& context, const Flow& flow, FieldRewriter& rewriter) {
  const Endpoint& listener = context.ListenerOf(flow).endpoint;
  if (context.BackendOf(flow).endpoint != listener) rewriter.SetSource(listener);
  if (flow.own_mac) rewriter.SetSourceMac(context.shared.outside_mac);
}

Reason TranslateToServer(Context& context, const Flow& flow, Packet& packet) {
  const NextHop hop = NextHopOf(context, flow);
  if (hop.learned && (!hop.mac || IsSilent(context, flow))) {
    AskForNeighbour(context, flow, L2Header::From(packet.data(), packet.l3));
  }
  if (!hop.IsKnown()) return Reason::kNeighbourUnknown;
  HeaderRewriter rewriter(packet);
  if (packet.Has(kAck)) rewriter.SetAck(packet.ack - flow.delta_or_slot);
  RepairWindow(flow, Side::kOutside, packet.window, rewriter);
  TranslateSack(rewriter, flow, packet);
  TimestampsToServer(rewriter, flow, packet);
  if (ClearsEcn(flow)) rewriter.ClearEcn();
  const Endpoint& backend = context.BackendOf(flow).endpoint;
  if (packet.destination != backend) rewriter.SetDestination(backend);
  if (hop.mac) rewriter.SetDestinationMac(*hop.mac);
  rewriter.Finish();
  return Reason::kNone;
}

Reason TranslateToClient(Context& context, const Flow& flow, Packet& packet) {
  HeaderRewriter rewriter(packet);
  rewriter.SetSeq(packet.seq + flow.delta_or_slot);
  RepairWindow(flow, Side::kInside, packet.window, rewriter);
  AddressToClient(context, flow, rewriter);
  if (ClearsEcn(flow)) rewriter.ClearEcn();
  if (!TimestampsToClient(rewriter, context, flow, packet)) return Reason::kNoTailroom;
  rewriter.Finish();
  return Reason::kNone;
}

Reason Translate(Context& context, const Flow& flow, Subject& subject) {
  return subject.side == Side::kOutside ? TranslateToServer(context, flow, subject.packet)
                                        : TranslateToClient(context, flow, subject.packet);
}

}  // namespace synsplice
