#include "tracking.h"

#include <algorithm>
#include <bit>

#include "synsplice/base/endian.h"
#include "teardown.h"
#include "translate.h"

namespace synsplice {
namespace {

// A window that has just shrunk must not make what is under way unacceptable.
constexpr uint32_t kMinWindow = 1u << 16;

// The flow's fields of one direction: whoever sends, and whoever receives.
struct Direction {
  Seq& end;           // behind what the sender has sent
  Seq& sent_ack;      // what the sender has acknowledged
  Seq& received_ack;  // what the receiver has acknowledged of the sender's
  Seq& peer_end;      // behind what the receiver has sent
  uint32_t receiver_window;
  uint32_t sender_window;
};

uint32_t WindowOf(uint8_t log2) { return std::max(kMinWindow, 1u << std::min<uint8_t>(log2, 30)); }

Direction DirectionOf(Flow& flow, Side from) {
  const uint32_t client = WindowOf(flow.client_window_log2);
  const uint32_t server = WindowOf(flow.server_window_log2);
  if (from == Side::kOutside) {
    return {flow.client_end, flow.client_ack, flow.server_ack, flow.server_end, server, client};
  }
  return {flow.server_end, flow.server_ack, flow.client_ack, flow.client_end, client, server};
}

const Direction DirectionOf(const Flow& flow, Side from) {
  return DirectionOf(const_cast<Flow&>(flow), from);
}

// How much the client had sent when the flow was noted, only the server knows (rule 39).
bool IsServersToTell(const Flow& flow, Side from) {
  return from == Side::kInside && flow.IsNoted();
}

bool AckAcceptable(const Flow& flow, const Direction& direction, const TrackedSegment& segment) {
  const bool is_known = segment.ack - direction.peer_end <= 0;
  return (is_known || IsServersToTell(flow, segment.from)) &&
         Within(segment.ack, direction.sent_ack, direction.sender_window * 2u);
}

void TakeFin(Context& context, Flow& flow, Side from) {
  const bool client = from == Side::kOutside;
  if (client ? flow.client_fin : flow.server_fin) return;
  if (client) {
    flow.client_fin = 1;
  } else {
    flow.server_fin = 1;
  }
  MovePhase(context, flow, client ? PhaseEvent::kClientFin : PhaseEvent::kServerFin);
}

// A segment that neither says nor acknowledges anything new may be older than the one before: then
// only a larger window is taken. One that is taken back is rare (RFC 9293 3.8.6), and too large a
// one makes nothing unacceptable.
void TakeWindow(Flow& flow, const TrackedSegment& segment, bool is_newer) {
  const uint8_t log2 = WindowLog2(segment.window) & 31;
  if (segment.from == Side::kOutside) {
    if (is_newer || log2 > flow.client_window_log2) flow.client_window_log2 = log2;
  } else {
    if (is_newer || log2 > flow.server_window_log2) flow.server_window_log2 = log2;
  }
}

bool EndsServerOpened(const Flow& flow, const Packet& packet) {
  const Seq seq{packet.seq};
  if (seq == flow.server_ack || seq == flow.client_end) return true;
  return packet.Has(kAck) && Seq{packet.ack} == flow.server_end;
}

// Before the other end has answered no RST names what the server expects: its own number stands for
// that.
void NoteServersNumbers(Flow& flow, const Packet& packet) {
  const Seq end = Seq{packet.seq} + packet.segment_length();
  if (!packet.Has(kAck)) {
    flow.server_end = flow.server_ack = flow.client_end = end;
    return;
  }
  flow.server_end = Later(flow.server_end, end);
  flow.server_ack = Seq{packet.ack};
}

// Only what answers the server's SYN, or continues what is known.
void NoteClientsEnd(Flow& flow, const Packet& packet) {
  const Seq seq{packet.seq}, end = seq + packet.segment_length();
  if (packet.Has(kAck) && Seq{packet.ack} == flow.server_end) flow.unanswered = 0;
  if (packet.Has(kSyn)) {
    if (Seq{packet.ack} == flow.server_end) flow.client_end = end;
  } else if (seq - flow.server_ack >= 0 && seq - flow.client_end <= 0) {
    flow.client_end = Later(flow.client_end, end);
  }
}

}  // namespace

TrackedSegment Tracked(const Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  const bool outside = subject.side == Side::kOutside;
  TrackedSegment segment;
  segment.from = subject.side;
  segment.seq = Seq{packet.seq};
  segment.length = packet.segment_length();
  segment.has_ack = packet.Has(kAck);
  segment.ack = Seq{outside ? packet.ack - flow.delta_or_slot : packet.ack};
  segment.fin = packet.Has(kFin);
  segment.window =
      outside ? TrueClientWindow(flow, packet.window) : TrueServerWindow(flow, packet.window);
  return segment;
}

bool IsAcceptable(const Flow& flow, const TrackedSegment& segment) {
  const Direction direction = DirectionOf(flow, segment.from);
  if (!Within(segment.seq, direction.received_ack, direction.receiver_window)) return false;
  return !segment.has_ack || AckAcceptable(flow, direction, segment);
}

uint8_t WindowLog2(uint32_t window) {
  return static_cast<uint8_t>(window <= 1 ? 0 : std::bit_width(window - 1));
}

uint16_t RememberedWindow(uint8_t log2, uint8_t scale) {
  if (log2 == 0) return 0;
  // Whoever announced an open window announced one unit at least.
  return static_cast<uint16_t>(std::clamp((1u << (log2 - 1)) >> scale, 1u, 65535u));
}

void Refresh(Context& context, Flow& flow) { flow.last_seen = context.tick; }

void Track(Context& context, Flow& flow, const TrackedSegment& segment) {
  if (!IsAcceptable(flow, segment)) return;
  const Direction direction = DirectionOf(flow, segment.from);
  const bool is_old = segment.has_ack && segment.ack - direction.sent_ack < 0;
  if (is_old && segment.from == Side::kOutside) {
    context.flows.NotesOf(flow).passed_ack = segment.ack;
  }
  // Behind a FIN an old ACK is no sign of life: its sender's peer may have no socket any more.
  if (!is_old || !(flow.client_fin || flow.server_fin)) Refresh(context, flow);
  const Seq end = segment.seq + segment.length;
  const bool fin_at_end = segment.fin && end - direction.end >= 0;
  if (segment.has_ack && segment.ack - direction.sent_ack >= 0) {
    TakeWindow(flow, segment, segment.ack != direction.sent_ack || end - direction.end > 0);
    direction.sent_ack = segment.ack;
    direction.peer_end = Later(direction.peer_end, segment.ack);
  }
  direction.end = Later(direction.end, end);
  if (fin_at_end) TakeFin(context, flow, segment.from);
  if (flow.client_fin && flow.server_fin && flow.server_ack == flow.client_end &&
      flow.client_ack == flow.server_end) {
    MovePhase(context, flow, PhaseEvent::kAllAcked);
  }
}

void NoteClientTimestamp(Flow& flow, Subject& subject) {
  const Packet& packet = subject.packet;
  const uint8_t offset = packet.options.timestamps_offset;
  if (flow.timestamps() != TimestampMode::kSynthesise || offset == 0) return;
  if (!IsAcceptable(flow, Tracked(flow, subject))) return;
  const uint32_t tsval = LoadBe32(packet.tcp() + offset + 2);
  if (tsval == flow.timestamp_delta || subject.Damage() != Reason::kNone) return;
  flow.timestamp_delta = Later(Seq{tsval}, Seq{flow.timestamp_delta}).value;
}

void NoteServerOpened(Context& context, Flow& flow, const Subject& subject) {
  const Packet& packet = subject.packet;
  const bool inside = subject.side == Side::kInside;
  if (packet.Has(kRst) && !inside && !EndsServerOpened(flow, packet)) return;
  Refresh(context, flow);
  if (packet.Has(kRst)) return MovePhase(context, flow, PhaseEvent::kReset);
  inside ? NoteServersNumbers(flow, packet) : NoteClientsEnd(flow, packet);
  if (packet.Has(kFin)) {
    MovePhase(context, flow, inside ? PhaseEvent::kServerFin : PhaseEvent::kClientFin);
  }
}

ResetJudgement JudgeReset(const Flow& flow, Side from, Seq seq) {
  const Direction direction = DirectionOf(flow, from);
  if (seq == direction.received_ack) return ResetJudgement::kEnds;
  if (seq == direction.end) return ResetJudgement::kEndsAtSender;
  // RFC 9293 3.10.7.4: RCV.NXT =< SEG.SEQ < RCV.NXT+RCV.WND; what lies before is an old duplicate.
  const int32_t ahead = seq - direction.received_ack;
  const bool in_window = ahead >= 0 && static_cast<uint32_t>(ahead) < direction.receiver_window;
  return in_window ? ResetJudgement::kForward : ResetJudgement::kOutside;
}

}  // namespace synsplice
