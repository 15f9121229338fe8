// ICMP and ICMPv6 errors about connections of services: refusals of a backend (rule 14), and errors
// about spliced segments, translated as the segments were (rule 23). Without them path-MTU
// discovery would be a black hole.
#pragma once

#include <optional>

#include "state/context.h"
#include "synsplice/wire/icmp_quote.h"

namespace synsplice {

// The end of the quoted segment that is a service's, when the error arrived on `side`: it quotes
// what this side was sent.
inline const Endpoint& QuotedServer(const IcmpQuote& quote, Side side) {
  return side == Side::kOutside ? quote.source : quote.destination;
}
inline const Endpoint& QuotedClient(const IcmpQuote& quote, Side side) {
  return side == Side::kOutside ? quote.destination : quote.source;
}

// nullopt: no error, or none about a service's connection. REQUIRES: kind == kIcmp.
std::optional<Verdict> OnIcmpError(Context& context, Subject& subject);

}  // namespace synsplice
