// Every reason for which synsplice drops a frame, in one list.
//
// A drop is always named and counted; nothing is logged per packet. A refusal that is answered by a
// RST counts its reason too. The names are the labels that the final counters, `explain` and the
// manual's table show; every one appears in a test.
#pragma once

#include <cstdint>
#include <string_view>

namespace synsplice {

#define SYNSPLICE_HARMLESS "nothing to do: an attack or a broken client; the frame is harmless"

// X(identifier, label, explanation, remedy)
#define SYNSPLICE_REASONS(X)                                                                       \
  X(kNone, "none", "not dropped", "nothing to do")                                                 \
  /* The frame does not hold what its headers claim (only for service addresses). */               \
  X(kTooManyTags, "too_many_tags", "a service behind more VLAN tags than are judged",              \
    "nothing to do if it is an attack; else take tags off before the outside port")                \
  X(kTruncated, "truncated", "the frame ends inside a header", SYNSPLICE_HARMLESS)                 \
  X(kBadIpHeader, "bad_ip_header",                                                                 \
    "IPv4 header length is wrong, or IPv6 with an IPv4-mapped address", SYNSPLICE_HARMLESS)        \
  X(kBadIpLength, "bad_ip_length",                                                                 \
    "the IP length is longer than the frame or shorter than headers", SYNSPLICE_HARMLESS)          \
  X(kBadIpChecksum, "bad_ip_checksum", "IPv4 header checksum wrong on a frame to be judged",       \
    "look for the link or the sender that damages frames")                                         \
  X(kExtensionHeaders, "extension_headers", "IPv6 extension headers too many or malformed",        \
    "nothing to do: no usual client sends them to a TCP service")                                  \
  X(kRoutingHeader, "routing_header", "IPv6 routing header with segments left, or type 0",         \
    "nothing to do: no usual client sends it (RFC 5095)")                                          \
  X(kTinyFragment, "tiny_fragment", "a fragment that splits the TCP header (RFC 1858, 3128)",      \
    SYNSPLICE_HARMLESS)                                                                            \
  X(kBadFragment, "bad_fragment", "fragment of a length that no receiver can put together",        \
    SYNSPLICE_HARMLESS)                                                                            \
  /* Fragments of a service's TCP (rule 24) and signed segments (rule 25). */                      \
  X(kFragment, "fragment", "first fragment with SYN or RST, or of no spliced connection",          \
    "find who fragments: a path that hides its MTU (ICMP filtered), or an attack")                 \
  X(kFragmentWithoutFirst, "fragment_without_first", "TCP fragment whose first one did not pass",  \
    "see fragment; else fragments overtake each other: let them keep to one path")                 \
  X(kFragmentOverlap, "fragment_overlap", "fragment of bytes that came already (RFC 5722)",        \
    "nothing to do: a frame that came twice, or an attack")                                        \
  X(kFragmentResize, "fragment_resize", "a first fragment cannot grow by the timestamp option",    \
    "set services[].promise.timestamps: false, or stop the server from fragmenting")               \
  X(kSignedSegment, "signed_segment", "TCP-MD5 or TCP-AO of a client without signed_bypass",       \
    "name the client's network in services[].signed_bypass if it is to sign (BGP)")                \
  X(kBadTcpOffset, "bad_tcp_offset", "TCP data offset below 5 or past the segment",                \
    SYNSPLICE_HARMLESS)                                                                            \
  X(kBadTcpOptions, "bad_tcp_options", "option of length 0 or 1, or past the header",              \
    SYNSPLICE_HARMLESS)                                                                            \
  X(kBadTcpChecksum, "bad_tcp_checksum", "TCP checksum wrong on a segment that decides something", \
    "at virtual senders turn offload off: ethtool -K DEV tx off; else a damaged link")             \
  /* Who never gets a cookie (rule 1). */                                                          \
  X(kSynFin, "syn_fin", "SYN together with FIN", SYNSPLICE_HARMLESS)                               \
  X(kSynRst, "syn_rst", "SYN together with RST", SYNSPLICE_HARMLESS)                               \
  X(kNullFlags, "null_flags", "no flag at all", SYNSPLICE_HARMLESS)                                \
  X(kXmas, "xmas", "FIN, PSH and URG without ACK", SYNSPLICE_HARMLESS)                             \
  X(kNoAck, "no_ack", "neither SYN, ACK nor RST", SYNSPLICE_HARMLESS)                              \
  X(kGroupMac, "group_mac", "source or destination MAC is a group address",                        \
    "nothing to do: an attack; a cluster that shares a multicast MAC is not supported")            \
  X(kImpossibleSource, "impossible_source", "source address no connection can come from",          \
    SYNSPLICE_HARMLESS)                                                                            \
  X(kLand, "land", "source equals destination", SYNSPLICE_HARMLESS)                                \
  X(kSynAckWithoutFlow, "syn_ack_without_flow", "SYN-ACK from outside without a flow",             \
    "few: echoes of somebody else's flood; many: SYNs of a server go round synsplice")             \
  X(kRstWithoutFlow, "rst_without_flow", "RST from outside without a flow",                        \
    "nothing to do: an attack, or the end of a connection that is forgotten already")              \
  X(kReflectionBudget, "reflection_budget", "too many SYN-ACKs to an unproven prefix",             \
    "if clients are kept out: raise reflection.syn_acks_per_second (0: no limit)")                 \
  X(kInsideDown, "inside_down", "SYN while the inside port is down",                               \
    "mend the inside port: synsplicectl show ports and the log tell its trouble")                  \
  X(kBackendsDown, "backends_down", "SYN for a service whose backends are known to be down",       \
    "bring the backends up: synsplicectl show backends tells who refuses or is silent")            \
  /* The returning ACK (rules 3-8). */                                                             \
  X(kCookieWrong, "cookie_wrong", "no valid cookie; silent under flood or by configuration",       \
    "nothing to do: a flood of ACKs, or connections from before a start; appliances that share "   \
    "services need one cookie.secret_file")                                                        \
  X(kCookieExpired, "cookie_expired", "cookie timestamp outside the cookie life",                  \
    "few: ACKs that came late; many: an attack, or clients that need a longer cookie.epoch")       \
  X(kCookieNeverSent, "cookie_never_sent", "ACK from a prefix that no cookie was sent to of late", \
    "nothing to do, as for cookie_wrong; several appliances with one secret need "                 \
    "cookie.shared_secret: true")                                                                  \
  X(kOldDuplicate, "old_duplicate", "an earlier handshake of a flow that goes on",                 \
    "nothing to do: a late copy of an earlier ACK")                                                \
  X(kListBlock, "list_block", "the client is on a list with the tier block",                       \
    "synsplicectl list test ADDRESS tells which one; list del takes an entry off")                 \
  X(kConnlimit, "connlimit", "too many connections of this client address",                        \
    "raise services[].connlimit.above if many users share the address; else an attack")            \
  X(kConnlimitTableFull, "connlimit_table_full", "no room to count another client address",        \
    "raise connlimit_table.entries; synsplicectl show status tells connlimit_places")              \
  X(kFlowTableFull, "flow_table_full", "bucket full of flows that must not be evicted",            \
    "raise flow_table.entries, twofold where many clients share one network; synsplicectl show "   \
    "status tells its use")                                                                        \
  X(kClientPortFull, "client_port_full", "16 connections of a client port to one set of backends", \
    "let the client, a proxy perhaps, use more source ports")                                      \
  X(kHandshakeSlotsFull, "handshake_slots_full", "too many connections wait for backends",         \
    "see synsplicectl show backends: those that hang take the places; else raise handshake.slots") \
  X(kBackendTupleInUse, "backend_tuple_in_use", "the client endpoint has a flow to every backend", \
    "add a backend, or let the client, a proxy perhaps, use more source ports")                    \
  X(kNoBackend, "no_backend", "the service has no backend of this address family",                 \
    "give services[].backends one of this address family")                                         \
  /* Limits of a service (rules 40-42, 46). */                                                     \
  X(kSynLimit, "syn_limit", "SYN over services[].syn_limit",                                       \
    "few clients, many SYNs: nothing to do; else raise services[].syn_limit")                      \
  X(kSynLimitPerSource, "syn_limit_per_source", "SYN over services[].syn_limit_per_source",        \
    "see synsplicectl show sources; a proxy's or a carrier's address belongs on an allow list")    \
  X(kAcceptLimit, "accept_limit", "new connection over services[].accept_limit",                   \
    "raise it if the backends can take more, or let clients wait with its queue")                  \
  X(kAcceptLimitPerSource, "accept_limit_per_source",                                              \
    "new connection over services[].accept_limit_per_source",                                      \
    "see synsplicectl show sources; a proxy's or a carrier's address belongs on an allow list")    \
  X(kBackendBusy, "backend_busy", "too many handshakes with the backend already",                  \
    "the backend answers too slowly for what comes: synsplicectl show backends; or raise "         \
    "services[].max_opening")                                                                      \
  X(kPolice, "police", "frame without connection over services[].police",                          \
    "an attack; else raise the kind's value in services[].police")                                 \
  /* Waiting for the backend (rules 9-15). */                                                      \
  X(kHoldOutOfOrder, "hold_out_of_order", "early data that is not the next in order",              \
    "nothing to do: the client sends it again")                                                    \
  X(kHoldLimit, "hold_limit", "early data over the bound of frames or bytes",                      \
    "nothing to do if few: the client sends it again; else raise handshake.hold_frames and "       \
    "handshake.hold_frames_total")                                                                 \
  X(kWaitingUnexpected, "waiting_unexpected", "segment that a waiting handshake cannot use",       \
    "nothing to do: what a client sent before it reset its connection")                            \
  X(kBackendUnexpected, "backend_unexpected", "segment from a backend that answers nothing",       \
    "few: late segments of earlier connections; many: see the backend's own counters of TCP")      \
  X(kRefusedFlow, "refused_flow", "segment of a connection that was refused",                      \
    "see why it was refused: connlimit, backend_refused, backend_silent")                          \
  X(kNeighbourUnknown, "neighbour_unknown", "the backend's MAC address is not known",              \
    "the backend must be in a network behind the inside port; behind a router give "               \
    "services[].backends its mac")                                                                 \
  /* Spliced flows (rules 17-22). */                                                               \
  X(kRstOutOfWindow, "rst_out_of_window", "RST outside the window (RFC 5961)",                     \
    "nothing to do: an attack or a late RST; the connection goes on")                              \
  X(kClientReset, "client_reset", "segment of a connection that its client has reset",             \
    "nothing to do: segments that were under way when it ended")                                   \
  X(kSynOutOfPlace, "syn_out_of_place", "SYN or SYN-ACK on a spliced flow, not answered",          \
    "nothing to do: a late copy or an attack; the connection goes on")                             \
  X(kChallengeLimit, "challenge_limit", "challenge ACKs of this flow used up",                     \
    "nothing to do: a flood of SYNs in a client's name; its connection goes on")                   \
  X(kBackendWithoutFlow, "backend_without_flow", "TCP from a backend's endpoint without a flow",   \
    "after a start it ends by itself; else the other direction goes round synsplice")              \
  X(kDirect, "direct", "TCP from outside to a NAT backend's own endpoint",                         \
    "give clients the service's address, or set services[].direct: bridge")                        \
  /* ICMP errors about service connections (rule 23). */                                           \
  X(kBadIcmpChecksum, "bad_icmp_checksum", "ICMP error whose checksum is wrong",                   \
    SYNSPLICE_HARMLESS)                                                                            \
  X(kIcmpWithoutFlow, "icmp_without_flow", "ICMP error about a NAT connection that is not there",  \
    "nothing to do: about a connection that has ended, or forged")                                 \
  X(kIcmpOutOfPlace, "icmp_out_of_place", "ICMP error about no segment under way, or too long",    \
    "nothing to do: late, or forged to break a connection")                                        \
  X(kNoTailroom, "no_tailroom", "the frame cannot grow by the timestamp option",                   \
    "raise memory.mbuf_data_room")                                                                 \
  /* The shells. */                                                                                \
  X(kTxFull, "tx_full", "the transmit queue did not take the frame",                               \
    "see synsplicectl show ports: that port is down, or slower than what it is given; a faster "   \
    "link or more ports.queues helps")                                                             \
  X(kNoBuffer, "no_buffer", "no packet buffer for a frame that we make",                           \
    "raise memory.mbufs if synsplicectl show status tells few free buffers; while a port is down " \
    "its frames count here too")                                                                   \
  X(kRingFull, "ring_full", "the hand-over ring to another worker was full",                       \
    "set ports.queues to workers, so that fewer frames are handed over (docs/workers.md)")         \
  X(kSynShed, "syn_shed", "SYN left by a worker that is behind: connections go first",             \
    "more workers and ports.queues, memory.huge_pages, cores that nobody else uses; clients come " \
    "through by repeating their SYN")                                                              \
  X(kMultiSegment, "multi_segment", "the frame is longer than one packet buffer",                  \
    "raise memory.mbuf_data_room, or turn off what merges frames: ethtool -K DEV lro off")

enum class Reason : uint8_t {
#define SYNSPLICE_REASON_ENUM(identifier, label, text, remedy) identifier,
  SYNSPLICE_REASONS(SYNSPLICE_REASON_ENUM)
#undef SYNSPLICE_REASON_ENUM
};

inline constexpr std::string_view kReasonLabels[] = {
#define SYNSPLICE_REASON_LABEL(identifier, label, text, remedy) label,
    SYNSPLICE_REASONS(SYNSPLICE_REASON_LABEL)
#undef SYNSPLICE_REASON_LABEL
};

inline constexpr std::string_view kReasonTexts[] = {
#define SYNSPLICE_REASON_TEXT(identifier, label, text, remedy) text,
    SYNSPLICE_REASONS(SYNSPLICE_REASON_TEXT)
#undef SYNSPLICE_REASON_TEXT
};

inline constexpr std::string_view kReasonRemedies[] = {
#define SYNSPLICE_REASON_REMEDY(identifier, label, text, remedy) remedy,
    SYNSPLICE_REASONS(SYNSPLICE_REASON_REMEDY)
#undef SYNSPLICE_REASON_REMEDY
};

inline constexpr size_t kReasonCount = sizeof kReasonLabels / sizeof kReasonLabels[0];

constexpr std::string_view Label(Reason reason) {
  return kReasonLabels[static_cast<size_t>(reason)];
}

}  // namespace synsplice
