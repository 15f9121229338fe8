#include "synsplice/flow/shapes.h"

#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <span>

#include "synsplice/base/siphash.h"
#include "synsplice/flow/flow.h"
#include "synsplice/flow/handshake_slots.h"

namespace synsplice {
namespace {

uint64_t HashOf(std::initializer_list<size_t> offsets) {
  auto state = StartSipHash({});
  for (const size_t offset : offsets) state.Absorb<1>(offset);
  uint64_t hash;
  state.Finish<3>(hash);
  return hash;
}

void FillBitFields(Flow& flow) {
  flow.phase_bits = 9;
  flow.timestamp_bits = 2;
  flow.counted = 1;
  flow.client_fin = 1;
  flow.strip_sack = 1;
  flow.client_ecn = 1;
  flow.client_reset = 1;
  flow.client_scale = 3;
  flow.promised_scale = 5;
  flow.server_scale = 7;
  flow.challenge_tokens = 11;
  flow.client_window_log2 = 19;
  flow.unanswered = 1;
  flow.server_window_log2 = 21;
  flow.challenge_tick = 5;
}

void FillSequence(Flow& flow) {
  flow.isn_p = 0x01020304;
  flow.delta_or_slot = 0x05060708;
  flow.timestamp_delta = 0x090a0b0c;
  flow.client_end = Seq{0x0d0e0f10};
  flow.client_ack = Seq{0x11121314};
  flow.server_end = Seq{0x15161718};
  flow.server_ack = Seq{0x191a1b1c};
}

}  // namespace

// Bit-fields have no offset: the bytes of an entry with another value in each field tell it.
uint64_t ShapeOfFlow() {
  Flow flow{};
  flow.client = Address::V4(0xc6120001);
  flow.client_port = 0x2122;
  flow.listener = 0x2324;
  flow.backend = 0x2526;
  flow.set_packed_vids(0x272829);
  flow.set_connlimit_slot(0x2a2b2c);
  flow.last_seen = 0x2d2e;
  FillBitFields(flow);
  FillSequence(flow);
  uint8_t bytes[sizeof flow];
  std::memcpy(bytes, &flow, sizeof flow);
  return SipHash<1, 3>({}, bytes);
}

uint64_t ShapeOfFlowNotes() {
  return HashOf({offsetof(FlowNotes, passed_ack), offsetof(FlowNotes, server_mss),
                 offsetof(FlowNotes, flow_label), offsetof(FlowNotes, traffic_class),
                 offsetof(FlowNotes, hop_limit)});
}

uint64_t ShapeOfHandshakeSlot() {
  using Slot = HandshakeSlot;
  return HashOf(
      {offsetof(Slot, flow_index),  offsetof(Slot, opened),       offsetof(Slot, deadline),
       offsetof(Slot, wait),        offsetof(Slot, retries),      offsetof(Slot, half_open_reset),
       offsetof(Slot, l2),          offsetof(Slot, l2_length),    offsetof(Slot, isn_c),
       offsetof(Slot, client),      offsetof(Slot, promised_mss), offsetof(Slot, tsval_c),
       offsetof(Slot, tsval_p),     offsetof(Slot, window),       offsetof(Slot, held_end),
       offsetof(Slot, held_frames), offsetof(Slot, held_bytes),   offsetof(Slot, held_fin),
       offsetof(Slot, aborted),     offsetof(Slot, in_wait),      offsetof(Slot, in_aborted),
       offsetof(Slot, called),      offsetof(Slot, opening),      offsetof(Slot, line)});
}

}  // namespace synsplice
