// Every reason for which synsplice drops a frame, in one list.
//
// A drop is always named and counted; nothing is logged per packet. A refusal that is answered by a
// RST counts its reason too. The names are the labels that the final counters, `explain` and the
// README's table show; every one appears in a test.
#pragma once

#include <cstdint>
#include <string_view>

namespace synsplice {

// X(identifier, label, explanation)
#define SYNSPLICE_REASONS(X)                                                                       \
  X(kNone, "none", "not dropped")                                                                  \
  /* The frame does not hold what its headers claim (only for service addresses). */               \
  X(kTooManyTags, "too_many_tags", "a service behind more VLAN tags than are judged")              \
  X(kTruncated, "truncated", "the frame ends inside a header")                                     \
  X(kBadIpHeader, "bad_ip_header",                                                                 \
    "IPv4 header length is wrong, or IPv6 with an IPv4-mapped address")                            \
  X(kBadIpLength, "bad_ip_length",                                                                 \
    "the IP length is longer than the frame or shorter than headers")                              \
  X(kBadIpChecksum, "bad_ip_checksum", "IPv4 header checksum wrong on a frame to be judged")       \
  X(kExtensionHeaders, "extension_headers", "IPv6 extension headers too many or malformed")        \
  X(kRoutingHeader, "routing_header", "IPv6 routing header with segments left, or type 0")         \
  X(kTinyFragment, "tiny_fragment", "a fragment that splits the TCP header (RFC 1858, 3128)")      \
  X(kBadFragment, "bad_fragment", "fragment of a length that no receiver can put together")        \
  /* Fragments of a service's TCP (rule 24) and signed segments (rule 25). */                      \
  X(kFragment, "fragment", "first fragment with SYN or RST, or of no spliced connection")          \
  X(kFragmentWithoutFirst, "fragment_without_first", "TCP fragment whose first one did not pass")  \
  X(kFragmentOverlap, "fragment_overlap", "fragment of bytes that came already (RFC 5722)")        \
  X(kFragmentResize, "fragment_resize", "a first fragment cannot grow by the timestamp option")    \
  X(kSignedSegment, "signed_segment", "TCP-MD5 or TCP-AO of a client without signed_bypass")       \
  X(kBadTcpOffset, "bad_tcp_offset", "TCP data offset below 5 or past the segment")                \
  X(kBadTcpOptions, "bad_tcp_options", "option of length 0 or 1, or past the header")              \
  X(kBadTcpChecksum, "bad_tcp_checksum", "TCP checksum wrong on a segment that decides something") \
  /* Who never gets a cookie (rule 1). */                                                          \
  X(kSynFin, "syn_fin", "SYN together with FIN")                                                   \
  X(kSynRst, "syn_rst", "SYN together with RST")                                                   \
  X(kNullFlags, "null_flags", "no flag at all")                                                    \
  X(kXmas, "xmas", "FIN, PSH and URG without ACK")                                                 \
  X(kNoAck, "no_ack", "neither SYN, ACK nor RST")                                                  \
  X(kGroupMac, "group_mac", "source or destination MAC is a group address")                        \
  X(kImpossibleSource, "impossible_source", "source address no connection can come from")          \
  X(kLand, "land", "source equals destination")                                                    \
  X(kSynAckWithoutFlow, "syn_ack_without_flow", "SYN-ACK from outside without a flow")             \
  X(kRstWithoutFlow, "rst_without_flow", "RST from outside without a flow")                        \
  X(kReflectionBudget, "reflection_budget", "too many SYN-ACKs to an unproven prefix")             \
  X(kInsideDown, "inside_down", "SYN while the inside port is down")                               \
  X(kBackendsDown, "backends_down", "SYN for a service whose backends are known to be down")       \
  /* The returning ACK (rules 3-8). */                                                             \
  X(kCookieWrong, "cookie_wrong", "no valid cookie; silent under flood or by configuration")       \
  X(kCookieExpired, "cookie_expired", "cookie timestamp outside the cookie life")                  \
  X(kCookieNeverSent, "cookie_never_sent", "ACK from a prefix that no cookie was sent to of late") \
  X(kOldDuplicate, "old_duplicate", "an earlier handshake of a flow that goes on")                 \
  X(kConnlimit, "connlimit", "too many connections of this client address")                        \
  X(kConnlimitTableFull, "connlimit_table_full", "no room to count another client address")        \
  X(kFlowTableFull, "flow_table_full", "bucket full of flows that must not be evicted")            \
  X(kClientPortFull, "client_port_full", "16 connections of a client port to one set of backends") \
  X(kHandshakeSlotsFull, "handshake_slots_full", "too many connections wait for backends")         \
  X(kBackendTupleInUse, "backend_tuple_in_use", "the client endpoint has a flow to every backend") \
  X(kNoBackend, "no_backend", "the service has no backend of this address family")                 \
  /* Waiting for the backend (rules 9-15). */                                                      \
  X(kHoldOutOfOrder, "hold_out_of_order", "early data that is not the next in order")              \
  X(kHoldLimit, "hold_limit", "early data over the bound of frames or bytes")                      \
  X(kWaitingUnexpected, "waiting_unexpected", "segment that a waiting handshake cannot use")       \
  X(kBackendUnexpected, "backend_unexpected", "segment from a backend that answers nothing")       \
  X(kRefusedFlow, "refused_flow", "segment of a connection that was refused")                      \
  X(kNeighbourUnknown, "neighbour_unknown", "the backend's MAC address is not known")              \
  /* Spliced flows (rules 17-22). */                                                               \
  X(kRstOutOfWindow, "rst_out_of_window", "RST outside the window (RFC 5961)")                     \
  X(kClientReset, "client_reset", "segment of a connection that its client has reset")             \
  X(kSynOutOfPlace, "syn_out_of_place", "SYN or SYN-ACK on a spliced flow, not answered")          \
  X(kChallengeLimit, "challenge_limit", "challenge ACKs of this flow used up")                     \
  X(kBackendWithoutFlow, "backend_without_flow", "TCP from a backend's endpoint without a flow")   \
  X(kDirect, "direct", "TCP from outside to a NAT backend's own endpoint")                         \
  /* ICMP errors about service connections (rule 23). */                                           \
  X(kBadIcmpChecksum, "bad_icmp_checksum", "ICMP error whose checksum is wrong")                   \
  X(kIcmpWithoutFlow, "icmp_without_flow", "ICMP error about a NAT connection that is not there")  \
  X(kIcmpOutOfPlace, "icmp_out_of_place", "ICMP error about no segment under way, or too long")    \
  X(kNoTailroom, "no_tailroom", "the frame cannot grow by the timestamp option")                   \
  /* The shells. */                                                                                \
  X(kTxFull, "tx_full", "the transmit queue did not take the frame")                               \
  X(kNoBuffer, "no_buffer", "no packet buffer for a frame that we make")                           \
  X(kRingFull, "ring_full", "the hand-over ring to another worker was full")                       \
  X(kSynShed, "syn_shed", "SYN left by a worker that is behind: connections go first")             \
  X(kMultiSegment, "multi_segment", "the frame is longer than one packet buffer")

enum class Reason : uint8_t {
#define SYNSPLICE_REASON_ENUM(identifier, label, text) identifier,
  SYNSPLICE_REASONS(SYNSPLICE_REASON_ENUM)
#undef SYNSPLICE_REASON_ENUM
};

inline constexpr std::string_view kReasonLabels[] = {
#define SYNSPLICE_REASON_LABEL(identifier, label, text) label,
    SYNSPLICE_REASONS(SYNSPLICE_REASON_LABEL)
#undef SYNSPLICE_REASON_LABEL
};

inline constexpr std::string_view kReasonTexts[] = {
#define SYNSPLICE_REASON_TEXT(identifier, label, text) text,
    SYNSPLICE_REASONS(SYNSPLICE_REASON_TEXT)
#undef SYNSPLICE_REASON_TEXT
};

inline constexpr size_t kReasonCount = sizeof kReasonLabels / sizeof kReasonLabels[0];

constexpr std::string_view Label(Reason reason) {
  return kReasonLabels[static_cast<size_t>(reason)];
}

}  // namespace synsplice
