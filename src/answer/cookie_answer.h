// The stateless half: SYNs become cookie SYN-ACKs, ACKs are judged (rules 1-8).
#pragma once

#include <optional>
#include <span>

#include "state/context.h"

namespace synsplice {

// Whether a new client gets a cookie. A list may ask for what the mode does not; monitor changes
// nothing (rules 37, 43). REQUIRES: a listener's.
bool IsChallenged(const Context& context, const Subject& subject);

// Why no answer goes to this frame's sender, kNone if one may (rule 1).
Reason JudgeOrigin(const Packet& packet);
// Why this combination of flags means nothing, kNone if it does.
Reason JudgeFlags(uint8_t flags);

// What the client offers in the SYN whose TCP header stands at `tcp`, and its listener promises
// back; ECN as the client asked, so that the backend can be asked and learned.
Offer SharedOffer(const uint8_t* tcp, bool v6, const TcpOptions& options, const Offer& promise);

// Files a SYN to a listener for BakeCookies, which bakes the cookies of a burst together.
void FileSyn(Context& context, Subject& subject);
void BakeCookies(Context& context);

// Whether nothing but the flow table speaks against a cookie, whoever the client is.
bool MayAnswerSyn(const Context& context, ListenerId listener);
// What the answers to SYNs with this key have in common.
const SynKind& KindOf(Context& context, uint32_t key);
// The frame of SYN `index` of the batch, whose IP header stands at `l3`, becomes its SYN-ACK; the
// caller counts it. REQUIRES: room for kMaxComposedLength.
void WriteCookie(Context& context, FrameBuffer& frame, uint32_t l3, size_t index,
                 const SynKind& kind);

// A plain SYN becomes its SYN-ACK.
Verdict AnswerSyn(Context& context, Subject& subject);

// A cookie that came back.
struct ReturnedCookie {
  Offer options;
  bool epoch_bit = false;  // of the promise that the client saw
  uint32_t isn_c = 0;
  uint32_t isn_p = 0;
};
// The judgement of an ACK's cookie: valid, or why not.
struct CookieVerdict {
  Reason reason = Reason::kCookieWrong;
  ReturnedCookie cookie;  // when reason is kNone
};
CookieVerdict VerifyCookie(Context& context, Subject& subject);

// Rule 32. Never sent to this prefix: no MAC can be right. Unknown while cookies of others, or from
// before the start, may come back: then only the MAC tells.
bool WasNeverSent(const Context& context, RecentPrefixes::Spot spot);

// Whether wrong cookies of the listener's clients meet silence whatever else they say. Once so, for
// the rest of the call.
bool StaysSilent(Context& context, uint16_t listener);

// What an ACK without a valid cookie gets: RST or silence (rule 7).
Verdict AnswerWrongCookie(Context& context, Subject& subject, Reason reason);

}  // namespace synsplice
