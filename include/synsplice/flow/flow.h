// One connection: 64 bytes, one cache line, IPv4 and IPv6 alike, both directions, NAT included.
//
// The key is (client endpoint, VIDs) with the listener id for frames from outside and the backend
// id for frames from inside; listener and backend of one flow belong to one group, which is what
// the hash covers. Sequence positions are the server's view: the client's own numbers are equal on
// both sides, the server's are those before D is added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "synsplice/base/address.h"
#include "synsplice/base/endian.h"
#include "synsplice/base/ip_traits.h"
#include "synsplice/base/time.h"
#include "synsplice/tcp/offer.h"
#include "synsplice/tcp/phase.h"
#include "synsplice/tcp/sequence.h"

namespace synsplice {

// How timestamps cross the proxy (rule 16).
enum class TimestampMode : uint8_t {
  kNone,        // not negotiated
  kShift,       // both sides have them: T is added and subtracted
  kSynthesise,  // the server has none: the proxy makes those that the client sees
};

// Idle time is kept in ticks so that it fits 16 bits: 2^16 ticks are 72 hours.
inline constexpr Seconds kTick{4};

constexpr uint16_t ToTick(Time time) {
  return static_cast<uint16_t>(ToMilliseconds(time) / Milliseconds(kTick).count());
}

struct alignas(64) Flow {
  Address client;
  uint16_t client_port;
  uint16_t listener;
  uint16_t backend;
  uint8_t vids[3];  // outer and inner VID, 12 bits each, big-endian

  uint8_t phase_bits : 4;
  uint8_t timestamp_bits : 2;
  uint8_t counted : 1;  // holds a connlimit place: the only right to give it back
  uint8_t server_opened : 1;

  uint8_t client_fin : 1;
  uint8_t server_fin : 1;
  uint8_t strip_sack : 1;  // the server has no SACK: the client's blocks become NOPs
  uint8_t server_no_scale : 1;
  uint8_t client_ecn : 1;  // the client and we agreed on ECN
  uint8_t server_ecn : 1;  // we and the server did
  // A RST of the client has closed the flow and given back its place: nothing but RSTs follows.
  uint8_t client_reset : 1;
  uint8_t small_server_mss : 1;  // below what the client was promised: see FlowNotes

  uint8_t client_scale : 4;    // kNoScale: the client offered none
  uint8_t promised_scale : 4;  // kNoScale: we offered none
  uint8_t server_scale : 4;
  uint8_t challenge_tokens : 4;  // challenge ACKs left in challenge_tick

  uint8_t client_window_log2 : 5;  // window that the client last announced, rounded up
  uint8_t own_mac : 1;             // the client addresses our outside MAC, as nobody else answers
  uint8_t unanswered : 1;          // opened by the server: its peer has not acknowledged anything
  uint8_t only_fields : 1;         // segments have fields rewritten, no options
  uint8_t server_window_log2 : 5;
  uint8_t challenge_tick : 3;  // low bits of the tick that challenge_tokens are of
  uint8_t connlimit_slot_high;

  uint32_t isn_p;  // our ISN towards the client: the cookie
  // D = isnP - isnS: what the server's sequence numbers need to become ours. While waiting: the
  // handshake slot.
  uint32_t delta_or_slot;
  // T = TSval(server) - TSval(ours); in mode kSynthesise the client's latest TSval.
  uint32_t timestamp_delta;

  Seq client_end;  // behind the last byte (or FIN) that the client sent
  Seq client_ack;  // highest acknowledgement by the client, server's numbers
  Seq server_end;  // behind the last byte (or FIN) that the server sent, server's numbers
  Seq server_ack;  // highest acknowledgement by the server

  uint16_t last_seen;  // tick of the last acceptable segment
  uint16_t connlimit_slot_low;

  Phase phase() const { return static_cast<Phase>(phase_bits); }
  void set_phase(Phase phase) { phase_bits = static_cast<uint8_t>(phase) & 15; }
  TimestampMode timestamps() const { return static_cast<TimestampMode>(timestamp_bits); }
  void set_timestamps(TimestampMode mode) { timestamp_bits = static_cast<uint8_t>(mode) & 3; }
  // Read together with the byte behind them: three bytes would be read one by one.
  uint32_t packed_vids() const {
    return LoadBe32(reinterpret_cast<const uint8_t*>(this) + offsetof(Flow, vids)) >> 8;
  }
  void set_packed_vids(uint32_t packed) {
    vids[0] = static_cast<uint8_t>(packed >> 16);
    vids[1] = static_cast<uint8_t>(packed >> 8);
    vids[2] = static_cast<uint8_t>(packed);
  }
  uint32_t connlimit_slot() const {
    return uint32_t{connlimit_slot_high} << 16 | connlimit_slot_low;
  }
  void set_connlimit_slot(uint32_t slot) {
    connlimit_slot_high = static_cast<uint8_t>(slot >> 16);
    connlimit_slot_low = static_cast<uint16_t>(slot);
  }
  // Its handshake was the server's own and it has nothing to translate (rule 39): D = T = 0.
  bool IsNoted() const {
    return (isn_p | delta_or_slot) == 0 && !server_opened && !IsWaiting(phase());
  }
  Seconds IdleAt(Time now) const { return kTick * static_cast<uint16_t>(ToTick(now) - last_seen); }
};

static_assert(sizeof(Flow) == 64, "a flow is one cache line");

// What only few segments of a flow ask for; it lies beside the table's cache lines.
struct FlowNotes {
  Seq passed_ack;           // the latest of the client's ACKs that was older than client_ack
  uint32_t flow_label = 0;  // these three: of the client's frames, for what we say in its name
  uint8_t traffic_class = 0;
  uint8_t hop_limit = kDefaultTtl;
  uint16_t server_mss =
      0;  // of the server's SYN-ACK: the path to this client, as the server sees it

  IpTraits client() const { return {flow_label, traffic_class, hop_limit}; }
  void set_client(const IpTraits& traits) {
    flow_label = traits.flow_label;
    traffic_class = traits.traffic_class;
    hop_limit = traits.hop_limit;
  }
};

}  // namespace synsplice
